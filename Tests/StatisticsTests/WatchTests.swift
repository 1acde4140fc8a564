import Base
import Statistics
import Testing

/// What replicas count, and how it adds up.
struct WatchTests {
    private static let plan = WatchPlan(
        id: "p",
        model: "iris",
        features: [
            WatchedFeature(name: "size", index: 0, kind: .number(edges: [1, 2, 3], range: 0...4)),
            WatchedFeature(name: "kind", index: 1, kind: .category(["a", "2", "längst"])),
        ],
        prediction: WatchedFeature(name: "prediction", index: 0, kind: .category(["0", "1"])),
        sampleRows: 50,
        keepsAnswers: true
    )

    @Test func cellsFindTheirBins() {
        var tally = WatchTally(WatchLayout(Self.plan), seed: 1)
        for number in [-1, 0, 1, 1.5, 2, 3, 3.5, 9, .nan] as [Double] {
            _ = tally.beginRow()
            tally.count(number, in: 0)
        }
        #expect(tally.bins(0) == [3, 2, 1, 2], "a number on an edge lies below it")
        #expect(tally.flaws(.missing, 0) == 1 && tally.flaws(.outside, 0) == 2)
        for text in ["a", "längst", "b", ""] { Array(text.utf8).withUnsafeBytes { tally.count($0, in: 1) } }
        tally.count(2, in: 1)
        tally.count(3, in: 1)
        #expect(tally.bins(1) == [1, 1, 1, 3] && tally.flaws(.outside, 1) == 3)
        Array("x".utf8).withUnsafeBytes { tally.count($0, in: 0) }
        #expect(tally.flaws(.wrongType, 0) == 1)
    }

    /// Rows are counted by loops of their own: as counting the numbers one by one says, for any number of edges.
    @Test(arguments: [0, 1, 7, 8, 9, 19, 63])
    func rowsAreCountedAsTheirNumbersAre(_ edgeCount: Int) {
        let edges = (0..<edgeCount).map { Double($0) - 3.5 }
        let layout = WatchLayout(
            WatchPlan(
                id: "p",
                model: "m",
                features: [
                    WatchedFeature(name: "a", index: 0, kind: .number(edges: edges, range: -2...3)),
                    WatchedFeature(name: "b", index: 1, kind: .category(["0", "1"])),
                    WatchedFeature(name: "c", index: 2, kind: .number(edges: edges, range: nil)),
                    WatchedFeature(name: "gone", index: 3, kind: .number(edges: edges, range: nil)),
                ]
            )
        )
        var (byRows, byNumbers) = (WatchTally(layout, seed: 1), WatchTally(layout, seed: 1))
        let numbers = edges + edges.map { $0 + 0.25 } + [-.infinity, .infinity, .nan, 0, 1, -100, 100]
        for number in numbers {
            _ = (byRows.beginRow(), byNumbers.beginRow())
            [number, -number].withUnsafeBufferPointer { byRows.count($0, at: [0, 1, 1, -1]) }
            byNumbers.count(number, in: 0)
            byNumbers.count(-number, in: 1)
            byNumbers.count(-number, in: 2)
            byNumbers.count(.missing, in: 3)
        }
        #expect(byRows.json["counts"] == byNumbers.json["counts"])
        for (column, sign) in [(0, 1.0), (2, -1.0)] {
            let bins = (0...edgeCount).map { bin in
                numbers.count { number in !number.isNaN && edges.count { $0 < sign * number } == bin }
            }
            #expect(byRows.bins(column) == bins)
        }
        #expect(byRows.flaws(.missing, 0) == 1 && byRows.flaws(.missing, 3) == numbers.count)
        #expect(byRows.flaws(.outside, 0) == numbers.count { $0 < -2 || $0 > 3 })
    }

    @Test func plansAndTalliesCrossTheWire() throws {
        let layout = WatchLayout(try WatchPlan(JSON.parse(Self.plan.json.bytes)))
        #expect(layout.plan == Self.plan)
        var tally = WatchTally(layout, seed: 7)
        for number in 0..<200 {
            let slot = tally.beginRow()
            tally.count(Double(number % 5), in: 0)
            tally.count(.missing, in: 1)
            tally.resumeRow(tally.rows, slot: slot)
            tally.count(Double(number % 2), in: 2)
        }
        let back = try #require(WatchTally(JSON.parse(tally.json.bytes), layout))
        #expect(back.rows == 200 && back.bins(2) == [100, 100, 0] && back.flaws(.missing, 1) == 200)
        #expect(back.sample.count == 50)
        #expect(back.sample.rows.map { $0[2] } == tally.sample.rows.map { $0[2] })
        #expect(back.sample.rows.allSatisfy { $0[1].isNaN && !$0[0].isNaN })
        for broken in ["{}", "{\"rows\": 1, \"counts\": [1], \"sample\": []}", "{\"rows\": -1}"] {
            #expect(WatchTally(try JSON.parse(broken), layout) == nil)
        }
        for broken in [
            "{\"id\": \"x\"}", "{\"id\": \"x\", \"model\": \"m\", \"features\": [{\"name\": \"a\", \"index\": -1}]}",
            "{\"id\": \"x\", \"model\": \"m\", \"features\": [{\"name\": \"a\", \"index\": 0, \"edges\": [2, 1]}]}",
        ] {
            #expect(throws: WatchFault.self) { try WatchPlan(JSON.parse(broken)) }
        }
    }

    /// Parts of 1,000, 100 and 10 rows: each row of all is in the sample with the same chance.
    @Test func aMergedSampleIsUniform() {
        let feature = WatchedFeature(name: "part", index: 0, kind: .number(edges: [], range: nil))
        let layout = WatchLayout(WatchPlan(id: "p", model: "m", features: [feature], sampleRows: 111))
        var counts = [0, 0, 0]
        for round in 0..<200 {
            var whole = WatchTally(layout, seed: 0)
            for (part, rows) in [1000, 100, 10].enumerated() {
                var tally = WatchTally(layout, seed: UInt64(round * 3 + part))
                for _ in 0..<rows {
                    _ = tally.beginRow()
                    tally.count(Double(part), in: 0)
                }
                whole.merge(tally)
            }
            #expect(whole.rows == 1110 && whole.sample.count == 111)
            for row in whole.sample.rows { counts[Int(row[0])] += 1 }
        }
        // 10 % of 200 × 1000, 100 and 10, within five deviations.
        #expect((19_700...20_300).contains(counts[0]) && (1790...2210).contains(counts[1]))
        #expect((133...267).contains(counts[2]), "\(counts)")
    }

    @Test func learntRowsAreBoundedAndAddUp() throws {
        var rows = LearntRows(names: ["a", "prediction"], rowsMax: 3)
        for number in 0..<5 { rows.add([.number(Double(number)), .missing]) }
        rows.add([.text("short")])
        rows.predict(1, .text("yes"))
        rows.predict(9, .text("no"))
        #expect(rows.isFull && rows.rows.count == 3 && rows.rows[1] == [.number(1), .text("yes")])
        #expect(LearntRows(try JSON.parse(rows.json.bytes), rowsMax: 3) == rows)
        var whole = LearntRows(names: [], rowsMax: 5)
        whole.merge(rows)
        whole.merge(rows)
        #expect(whole.rows.count == 5)
        #expect(LearntRows(names: Array(repeating: "x", count: WatchLimits.learntCellsMax), rowsMax: 10).rowsMax == 1)
    }

    @Test func qualityIsWhatScikitLearnSays() throws {
        for row in try Reference().rows("labels") {
            let answers = zip(try row.numbers("scores"), try row.numbers("labels")).map { score, label in
                LabelledAnswer(predicted: .int(score >= 0.5 ? 1 : 0), score: score, label: .int(Int64(label)))
            }
            let quality = LabelQuality(answers)
            expectNear(try #require(quality.auc), try row.number("auc"), "AUC")
            expectNear(try #require(quality.brier), try row.number("brier"), "Brier")
            expectNear(try #require(quality.accuracy), try row.number("accuracy"), "accuracy")
            expectNear(try #require(quality.calibrationError), try row.number("calibration"), "calibration")
            // The same where the chances themselves are the answers.
            let bare = answers.map { LabelledAnswer(predicted: .double($0.score ?? 0), score: nil, label: $0.label) }
            #expect(LabelQuality(bare) == quality)
        }
        let classes = [("setosa", "setosa"), ("setosa", "virginica")]
            .map { LabelledAnswer(predicted: .string($0.0), score: nil, label: .string($0.1)) }
        #expect(LabelQuality(classes).accuracy == 0.5 && LabelQuality(classes).auc == nil)
        let whole = [(1, 1), (2, 2), (2, 0)]
            .map { LabelledAnswer(predicted: .int($0.0), score: nil, label: .int($0.1)) }
        #expect(LabelQuality(whole).accuracy == 2.0 / 3 && LabelQuality(whole).rootMeanSquareError == nil)
        let numbers = [(1.5, 1.0), (2.5, 4.0)]
            .map { LabelledAnswer(predicted: .double($0.0), score: nil, label: .double($0.1)) }
        #expect(LabelQuality(numbers).bias == -0.5 && LabelQuality(numbers).accuracy == nil)
        #expect(LabelQuality([]).accuracy == nil)
    }
}
