import Base
import Drift
import KServeModel
import KubeModel
import Statistics
import Testing

/// What is said of rows held against a reference.
struct JudgeTests {
    private static let every = """
        tests: {numeric: [kolmogorovSmirnov, chiSquared, stabilityIndex, jensenShannon, wasserstein],
        categorical: [chiSquared, stabilityIndex, jensenShannon]}, multivariate: {enabled: true}
        """

    @Test(arguments: ["none", "bonferroni", "holm", "benjaminiHochberg"])
    func theSameIsNoDrift(_ correction: String) throws {
        let status = try compare(
            rows(800, seed: 1),
            rows(600, seed: 2),
            "\(Self.every), correction: \(correction), thresholds: {pValue: 0.005}"
        )
        #expect(status.isDrifting == false, "\(status["verdict"])")
        #expect(status["window"]["rows"] == 600 && status["drifted"] == "0/4")
        #expect((status["outliers"]["share"].double ?? 1) < 0.04)
    }

    @Test func aShiftOfOneColumnIsFoundThere() throws {
        let status = try compare(rows(800, seed: 1), rows(600, shift: 1, seed: 2), Self.every)
        #expect(status.isDrifting == true)
        #expect(status["drifted"] == "1/4" && status.column("height")["drifted"] == true)
        let tests = status.column("height")["tests"].array ?? []
        #expect(tests.count == 5 && tests.allSatisfy { $0["drifted"] == true }, "\(tests)")
        #expect(status["multivariate"]["drifted"] == true)
        let verdict = status["verdict"].string ?? ""
        #expect(verdict.hasPrefix("1 of 4 columns have drifted: height; rows as a whole have drifted"), "\(verdict)")
    }

    @Test func newCategoriesAreDriftAndViolations() throws {
        let status = try compare(rows(400, seed: 1), rows(300, colors: ["red", "pink"], seed: 2))
        let color = status.column("color")
        #expect(color["drifted"] == true && color["categories"] == ["blue", "green", "red"])
        #expect(color["violations"]["beyond"] == true && (color["violations"]["outside"].int ?? 0) > 100)
        #expect(Conditions(status["conditions"]).status("DataValid") == .false)
    }

    @Test func missingAndWrongCellsAreCounted() throws {
        var now = LearntRows(names: ["width", "height", "color", "prediction"], rowsMax: 100)
        for number in 0..<100 {
            now.add([number < 20 ? .missing : .number(0), .text("tall"), .text("red"), .number(99)])
        }
        let status = try compare(rows(200, seed: 1), now)
        #expect(status.column("width")["violations"]["missing"] == 20)
        #expect(status.column("height")["violations"]["wrongType"] == 100)
        #expect(status.column("prediction")["violations"]["beyond"] == false, "an answer breaks no schema")
    }

    @Test(arguments: ["mahalanobis", "isolation"])
    func outliersAreShared(_ method: String) throws {
        let now = rows(400, seed: 2)
        var odd = LearntRows(names: now.names, rowsMax: 500)
        for row in now.rows { odd.add(row) }
        for _ in 0..<100 { odd.add([.number(4), .number(-4), .text("red"), .number(1)]) }
        let status = try compare(rows(800, seed: 1), odd, "outliers: {method: \(method)}")
        #expect((0.18...0.24).contains(status["outliers"]["share"].double ?? 0), "\(status["outliers"])")
        #expect(status["outliers"]["beyond"] == true)
    }

    @Test func columnsAreThoseOfTheMonitor() throws {
        let spec =
            "features: [{name: color}, {name: tall, index: 1, type: numeric, min: -1, max: 1, tests: [wasserstein]}]"
        let reference = try DriftReference(rows(100, seed: 1), try monitor(spec))
        let plan = reference.plan(id: "p", for: try monitor(spec), sampleRows: 10)
        #expect(plan.features.map(\.name) == ["color", "height"] && plan.features.map(\.index) == [2, 1])
        guard case .number(let edges, let range) = plan.features[1].kind else {
            Issue.record("height is a number")
            return
        }
        #expect(edges.count == 19 && range == -1...1)
        #expect(plan.prediction?.kind == .category(["0", "1"]))
        let fault = #expect(throws: ReferenceFault.self) {
            try DriftReference(rows(9, seed: 1), try monitor("features: [{name: depth}]"))
        }
        #expect(fault?.description == "it has no column \"depth\", it has width, height, color")
    }

    @Test func driftIsToldWhenItBeginsAndWhenItEnds() throws {
        let two = try monitor("thresholds: {windows: 2}")
        let reference = try DriftReference(rows(400, seed: 1), two)
        let layout = WatchLayout(reference.plan(id: "p", for: two, sampleRows: 500))
        func verdict(shift: Double, seed: UInt64) -> WindowVerdict {
            var tally = WatchTally(layout, seed: seed)
            for row in rows(300, shift: shift, seed: seed).rows {
                _ = tally.beginRow()
                for (column, cell) in row.enumerated() {
                    switch cell {
                    case .number(let number): tally.count(number, in: column)
                    case .text(let text): Array(text.utf8).withUnsafeBytes { tally.count($0, in: column) }
                    case .missing: tally.count(.missing, in: column)
                    }
                }
            }
            return WindowJudge(reference, two).verdict(tally)
        }
        var object = two.object
        // Shift of a window, whether drift is detected then, the event.
        let windows: [(shift: Double, detected: Bool, news: [String])] = [
            (0, false, []), (2, false, []), (2, true, ["DriftDetected"]), (2, true, []), (0, false, ["DriftEnded"]),
        ]
        for (place, window) in windows.enumerated() {
            var status = DriftStatus(DriftMonitor(object), now: WallTime(seconds: Int64(place)))
            status.tellWatching(rows: 300, replicas: 1, reference: 400)
            status.tell(verdict(shift: window.shift, seed: UInt64(place + 2)))
            object.status = status.finished()
            #expect(object.status.isDrifting == window.detected, "window \(place): \(object.status["verdict"])")
            #expect(status.news.map(\.reason).filter { $0.hasPrefix("Drift") } == window.news, "window \(place)")
        }
        #expect(object.status["window"]["number"] == 5)
    }
}
