import Base
import Net
import Statistics
import Testing

/// What replicas count for monitors.
struct WatchTests {
    private static let plan = WatchPlan(
        id: "p",
        model: "iris",
        features: (0..<4).map {
            WatchedFeature(name: "f\($0)", index: $0, kind: .number(edges: [1, 3, 5], range: 0...6))
        },
        prediction: WatchedFeature(name: "prediction", index: 0, kind: .category(["0", "1", "2"])),
        sampleRows: 10,
        keepsAnswers: true
    )
    private static let path = "/roost/drift/watch/m"

    private func put(_ serving: Serving, _ plan: WatchPlan, epoch: Int = 1) async throws {
        let body: JSON = ["plan": plan.json, "epoch": .int(Int64(epoch))]
        #expect(try await serving.send("PUT", Self.path, body.text).status == 200)
    }

    private func finish(_ serving: Serving, epoch: Int) async throws -> JSON {
        let answer = try await serving.send("POST", Self.path, "{\"plan\": \"p\", \"epoch\": \(epoch)}")
        #expect(answer.status == 200)
        return try JSON.parse(answer.body)
    }

    private static let rows = "[[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]]"
    private static let tensor = """
        {"id": "two", "inputs": [{"name": "a", "shape": [2, 4], "datatype": "FP64", "data": [5.1, 3.5, 1.4, 0.2, 6.7, 3.0, 5.2, 2.3]}]}
        """

    @Test func rowsAndAnswersOfEveryProtocolAreCounted() async throws {
        try await withModel("iris") { serving in
            try await put(serving, Self.plan)
            _ = try await serving.predict("iris", "{\"instances\": \(Self.rows)}")
            _ = try await serving.send("POST", "/v2/models/iris/infer", Self.tensor)
            // Rows that the model refuses have come as well.
            #expect(try await serving.predict("iris", "{\"instances\": [[9, 1]]}").status == 400)
            let progress = try JSON.parse(try await serving.send("GET", Self.path).body)
            #expect(progress["rows"] == 5 && progress["epoch"] == 1 && progress["plan"] == "p")
            let tallyTold = try await finish(serving, epoch: 2)["tally"]
            let tally = try #require(WatchTally(tallyTold, WatchLayout(Self.plan)))
            #expect(tally.rows == 5 && tally.bins(0) == [0, 0, 0, 5] && tally.flaws(.outside, 0) == 3)
            #expect(tally.bins(1) == [1, 2, 2, 0] && tally.flaws(.missing, 3) == 1)
            #expect(tally.bins(4) == [2, 0, 2, 0] && tally.sample.rows.count == 5)
            #expect(tally.sample.rows.filter { $0[4] == 2 }.allSatisfy { $0[0] == 6.7 })
        }
    }

    /// What was told of a window's end may get lost: it is told again, and the next window has begun.
    @Test func windowsEndOnce() async throws {
        try await withModel("iris") { serving in
            try await put(serving, Self.plan)
            _ = try await serving.predict("iris", "{\"instances\": \(Self.rows)}")
            let told = try await finish(serving, epoch: 2)
            try await put(serving, Self.plan)
            _ = try await serving.predict("iris", "{\"instances\": \(Self.rows)}")
            #expect(try await finish(serving, epoch: 2) == told)
            let early = try await serving.send("POST", Self.path, "{\"plan\": \"p\", \"epoch\": 4}")
            #expect(early.status == 409)
            let nextTold = try await finish(serving, epoch: 3)["tally"]
            let next = try #require(WatchTally(nextTold, WatchLayout(Self.plan)))
            #expect(next.rows == 2)
            #expect(try await serving.send("POST", Self.path, "{\"plan\": \"q\", \"epoch\": 4}").status == 404)
            #expect(try await serving.send("DELETE", Self.path).status == 200)
            #expect(try await serving.send("GET", Self.path).status == 404)
        }
    }

    @Test func rowsAreLearntAsTheyCome() async throws {
        try await withModel("iris") { serving in
            try await put(serving, WatchPlan(id: "p", model: "iris", learntRows: 3))
            for _ in 0..<2 { _ = try await serving.predict("iris", "{\"instances\": \(Self.rows)}") }
            let learntTold = try await finish(serving, epoch: 2)["learnt"]
            let learnt = try #require(LearntRows(learntTold))
            #expect(learnt.names.last == "prediction" && learnt.rows.count == 3)
            #expect(learnt.rows[1] == [.number(6.7), .number(3), .number(5.2), .number(2.3), .number(2)])
        }
    }

    @Test func labelsFindTheirAnswers() async throws {
        try await withModel("iris") { serving in
            let report = "/.roost/labels"
            #expect(try await serving.send("POST", report, "{\"id\": \"two\", \"label\": 0}").status == 404)
            try await put(serving, Self.plan)
            _ = try await serving.send("POST", "/v2/models/iris/infer", Self.tensor)
            let labels = """
                [{"id": "two", "label": 0}, {"id": "two", "row": 1, "label": "1"}, {"id": "two", "label": 0},
                {"id": "else", "label": 2}]
                """
            let answer = try await serving.send("POST", report, labels)
            #expect(try JSON.parse(answer.body) == ["counted": 2, "repeated": 1, "passedOn": 1])
            let labelled = try JSON.parse(try await serving.send("GET", Self.path).body)["labelled"]
            #expect(labelled.array?.compactMap { LabelledAnswer($0) }.map(\.predicted) == [0, 2])
            // What this replica does not know waits for others, until it was carried there.
            let waiting = try JSON.parse(try await serving.send("GET", "/roost/drift/waiting").body)
            #expect(waiting["labels"] == [["id": "else", "row": 0, "label": 2]])
            #expect(try await serving.send("DELETE", "/roost/drift/waiting/\(waiting["upTo"].int ?? 0)").status == 200)
            let rest = try JSON.parse(try await serving.send("GET", "/roost/drift/waiting").body)
            #expect(rest["labels"] == [])
            for wrong in ["{\"id\": \"\", \"label\": 1}", "{\"id\": \"x\", \"label\": []}", "{", "[1]"] {
                #expect(try await serving.send("POST", report, wrong).status == 400)
            }
        }
    }

    @Test func whoeverComesThroughAGatewayIsRefused() async throws {
        try await withModel("iris") { (serving: Serving) async throws -> Void in
            let body = Array((["plan": Self.plan.json, "epoch": 1] as JSON).text.utf8)
            for field in ["x-forwarded-for", "forwarded", "via"] {
                let headers: HTTPHeaders = [field: "1.2.3.4"]
                #expect(try await serving.exchange(Self.path, headers, body, method: "PUT").status == 404)
                #expect(try await serving.exchange("/roost/drift/waiting", headers, [], method: "GET").status == 404)
            }
            #expect(try await serving.send("PUT", Self.path, "{\"plan\": {\"id\": \"x\"}}").status == 400)
            #expect(try await serving.send("PATCH", Self.path).status == 405)
            #expect(try await serving.send("GET", "/roost/drift").status == 404)
            for number in 0..<8 {
                let body = (["plan": Self.plan.json, "epoch": 1] as JSON).text
                #expect(try await serving.send("PUT", "/roost/drift/watch/\(number)", body).status == 200)
            }
            #expect(
                try await serving.send("PUT", "/roost/drift/watch/9", String(decoding: body, as: UTF8.self)).status
                    == 400
            )
        }
    }
}
