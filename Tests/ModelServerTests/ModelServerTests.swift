import Base
import ModelServer
import Net
import Prediction
import Testing

/// Requests over real sockets, and the exact answers.
@Suite struct ModelServerTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let body: String
        let status: Int
        let answer: String
        var testDescription: String { "\(status) \(body.prefix(60))" }

        init(_ body: String, _ answer: String) {
            self.init(body, 200, #"{"predictions":\#(answer)}"#)
        }

        init(_ body: String, _ status: Int, _ answer: String) {
            self.body = body
            self.status = status
            self.answer = answer
        }

        static func refused(_ body: String, _ error: String) -> Case {
            Case(body, 400, JSON.object(["error": .string(error)]).text)
        }
    }

    private func check(_ model: String, _ cases: [Case]) async throws {
        try await withModel(model) { serving in
            for c in cases {
                let (status, body) = try await serving.predict(model, c.body)
                #expect(status == c.status && body == c.answer, "\(c.body.prefix(80)): \(status) \(body)")
            }
        }
    }

    @Test func rowsOfNumbers() async throws {
        try await check(
            "iris",
            [
                Case(#"{"instances":[[5.1,3.5,1.4,0.2],[6.7,3.0,5.2,2.3]]}"#, "[0,2]"),
                Case(#"{"inputs":[[5.1,3.5,1.4,0.2]]}"#, "[0]"),
                Case(#"{"inputs":[[5.1,3.5,1.4,0.2]],"instances":[[6.7,3.0,5.2,2.3]]}"#, "[0]"),
                Case(#"{"instances":[[6.7,3.0,5.2,2.3]],"inputs":[[5.1,3.5,1.4,0.2]]}"#, "[0]"),
                Case(
                    " {\n\t\"id\" : {\"a\":[1,{}, [], \"\\\"]\"], \"b\":null},\r\"instances\" : [ [ 51e-1 , 3.5 , 14E-1, 0.2 ] ] , \"x\":true } ",
                    "[0]"
                ),
                Case(#"{"instances":[[6,true,5,false]]}"#, "[1]"),
                .refused(#"{"instances":[]}"#, "found no rows, at least one is required by StandardScaler"),
                .refused(
                    #"{"instances":[[1,2,3]]}"#,
                    "X has 3 features, but StandardScaler is expecting 4 features as input."
                ),
                .refused(
                    #"{"instances":[[]]}"#,
                    "X has 0 features, but StandardScaler is expecting 4 features as input."
                ),
                .refused(#"{"instances":[[1,2,3,4],[1,2,3]]}"#, "instances[1] has 3 elements, the rows before have 4"),
                Case(#"{"instances":[["5.1"," 3.5\n",1.4,"2e-1"]]}"#, "[0]"),
                .refused(
                    #"{"instances":[[1,2,"0x3",4]]}"#,
                    "could not convert string to float: '0x3': instances[0][2]"
                ),
                .refused(
                    #"{"instances":[[1,2,[3],4]]}"#,
                    "Found array with dim 3, while dim <= 2 is required: instances[0][2] is a list"
                ),
                .refused(#"{"instances":[[1,2,{"a":1},4]]}"#, "instances[0][2] is an object, expected is a number"),
                .refused(
                    #"{"instances":[1,2,3,4]}"#,
                    "Expected 2D array, got 1D array instead: instances[0] is a number, expected is a list of numbers or a text"
                ),
                .refused(#"{"instances":[[1,2,3,4],"a"]}"#, "instances[1] is a text, unlike the elements before it"),
                .refused(#"{"instances":["a"]}"#, "rows are texts, but StandardScaler is expecting numbers"),
                .refused(#"{"instances":5}"#, #"Expected "instances" to be a list"#),
                .refused(#"{"inputs":{"a":[1]}}"#, #"Expected "inputs" to be a list"#),
                .refused(#"{"rows":[[1]]}"#, #"Expected "instances" or "inputs" in the request"#),
                .refused("[[1,2,3,4]]", #"Expected the request to be an object with "instances" or "inputs""#),
            ]
        )
    }

    @Test func texts() async throws {
        try await check(
            "words",
            [
                Case(#"{"instances": ["sparrow", "elephant", "sunflower"]}"#, "[1,0,2]"),
                Case(
                    #"{"instances":["\u0053parrow","ELEPHANT\n","sun\/flower","","\ud83d\ude00 käse owl"]}"#,
                    "[1,0,0,0,1]"
                ),
                .refused(
                    #"{"instances":["\ud800"]}"#,
                    "Unrecognized request format: invalid unicode code point: line 1 column 22 (char 21)"
                ),
                .refused(
                    #"{"instances":["\x"]}"#,
                    "Unrecognized request format: invalid escape sequence: line 1 column 16 (char 15)"
                ),
                .refused(
                    #"{"instances":[["owl"]]}"#,
                    "could not convert string to float: 'owl': instances[0][0]"
                ),
                .refused(#"{"instances":[[1]]}"#, "rows are numbers, but the vectorizer is expecting texts"),
            ]
        )
    }

    @Test func dataFrames() async throws {
        try await check(
            "iris",
            [
                Case(#"{"instances":[{"a":[5.1,6.7],"b":[3.5,3.0],"c":[1.4,5.2],"d":[0.2,2.3]}]}"#, "[0,2]"),
                Case(#"{"inputs":[{"a":5.1,"b":3.5,"c":1.4,"d":0.2},{"a":6.7,"b":3.0,"c":5.2,"d":2.3}]}"#, "[0,2]"),
                Case(#"{"instances":[{"a":[5,6],"b":3,"c":"1.4","d":0.2}]}"#, "[0,0]"),
                Case(
                    #"{"instances":[[{"a":5.1,"b":3.5,"c":1.4,"d":0.2},{"d":2.3,"c":5.2,"b":3.0,"a":6.7}]]}"#,
                    "[0,2]"
                ),
                .refused(
                    #"{"instances":[{"a":[1,2],"b":[1]}]}"#,
                    "All arrays must be of the same length: instances[0]"
                ),
                .refused(#"{"instances":[[{"a":1,"a":2}]]}"#, "instances[0][0] has more than one member called 'a'"),
                .refused(
                    #"{"instances":[[{"a":1},2]]}"#,
                    "instances[0][1] is a number, expected is an object like the rows before it"
                ),
                .refused(#"{"instances":[[{"a":[1]}]]}"#, "instances[0][0].a is a list, expected is a number"),
                .refused(#"{"instances":[[{"a":"x"}]]}"#, "could not convert string to float: 'x'"),
            ]
        )
    }

    /// Few bytes make a column as high as the frame: a single value stands for every row.
    @Test func aFrameThatWouldGrowBeyondAllBoundsIsRefused() async throws {
        let high = String(repeating: "0,", count: 99_999) + "0"
        let wide = (0..<100).map { #""c\#($0)":1"# }.joined(separator: ",")
        try await withModel("iris") { serving in
            let (status, body) = try await serving.predict("iris", #"{"instances":[{"a":[\#(high)],\#(wide)}]}"#)
            #expect(status == 400 && body.contains("a frame of more than \(ModelServerLimits.frameCellsMax) cells"))
        }
    }

    @Test func cloudEventsAreAnsweredByCloudEvents() async throws {
        try await withModel("iris") { serving in
            let request = #"{"instances":[[5.1,3.5,1.4,0.2]]}"#
            let path = "/v1/models/iris:predict"
            let fields: HTTPHeaders = [
                "content-type": "application/json", "ce-specversion": "1.0", "ce-id": "1", "ce-source": "s",
                "ce-type": "t",
            ]
            let binary = try await serving.exchange(path, fields, Array(request.utf8))
            #expect(String(decoding: binary.body, as: UTF8.self) == #"{"predictions":[0]}"#)
            #expect(binary.headers["ce-type"] == "io.kserve.inference.response")
            #expect(binary.headers["ce-source"] == "io.kserve.inference.iris")
            #expect(binary.headers["ce-id"]?.utf8.count == 36 && binary.headers["ce-time"]?.hasSuffix("+00:00") == true)

            let event = #"{"specversion":"1.0","id":"1","source":"s","type":"t","time":"x","data":\#(request)}"#
            let structured = try await serving.exchange(
                path,
                ["content-type": "application/cloudevents+json"],
                Array(event.utf8)
            )
            let answer = try JSON.parse(structured.body)
            #expect(structured.headers["content-type"] == "application/cloudevents+json")
            #expect(answer["data"].text == #"{"predictions":[0]}"# && answer["specversion"].string == "1.0")
            #expect(try await serving.predict("iris", event).body == #"{"predictions":[0]}"#)
            let old = try await serving.exchange(
                path,
                ["ce-specversion": "9", "ce-id": "1", "ce-source": "s", "ce-type": "t"],
                []
            )
            #expect(old.status == 400)
        }
    }

    @Test func classesAreSpeltAsPythonDoes() async throws {
        try await check(
            "names",
            [Case(#"{"instances":[[5.1,3.5,1.4,0.2],[6.7,3,5.2,2.3]]}"#, #"["setosa","virginica"]"#)]
        )
    }

    @Test(arguments: [
        ("", 1, 1), ("{", 1, 2), ("nonsense", 1, 1), (#"{"instances":[[1,2,3,4]}"#, 1, 24),
        (#"{"instances":[[1,2,3,4]]}x"#, 1, 26),
        (#"{"instances":[[1,2,3,4],]}"#, 1, 25), ("{\n\"instances\":[[1,2,3,NaN]]}", 2, 21),
        (#"{"instances":[[1,2,3,1e999]]}"#, 1, 22),
        (#"{"instances":[[01]]}"#, 1, 16), (#"{"instances":[["a]]}"#, 1, 21), (#"{'instances':[]}"#, 1, 2),
        (#"{"a":tru}"#, 1, 6),
    ])
    func bodiesThatAreNotJSON(_ body: String, _ line: Int, _ column: Int) async throws {
        try await withModel("iris") { serving in
            let (status, answer) = try await serving.predict("iris", body)
            #expect(status == 400)
            #expect(answer.hasPrefix(#"{"error":"Unrecognized request format: "#), "\(answer)")
            #expect(answer.contains("line \(line) column \(column) "), "\(answer)")
        }
    }

    @Test func probabilities() async throws {
        try await withModel("iris", wantsProbabilities: true) { serving in
            let (status, body) = try await serving.predict(
                "iris",
                #"{"instances":[[5.1,3.5,1.4,0.2],[6.7,3.0,5.2,2.3]]}"#
            )
            #expect(status == 200)
            let rows = try JSON.parse(body)["predictions"].array ?? []
            #expect(rows.count == 2)
            for row in rows {
                let numbers = (row.array ?? []).compactMap(\.double)
                #expect(numbers.count == 3 && abs(numbers.reduce(0, +) - 1) < 1e-12)
            }
        }
    }

    @Test func paths() async throws {
        try await withModel("iris") { serving in
            let table: [(String, String, Int, String)] = [
                ("GET", "/", 200, #"{"status":"alive"}"#),
                ("GET", "/v1/models", 200, #"{"models":["iris"]}"#),
                ("GET", "/v1/models/iris", 200, #"{"name":"iris","ready":true}"#),
                ("GET", "/v1/models/other", 404, #"{"error":"Model with name other does not exist."}"#),
                ("POST", "/v1/models/other:predict", 404, #"{"error":"Model with name other does not exist."}"#),
                ("POST", "/v1/models/iris:explain", 501, #"{"error":"Could not find explainer_host."}"#),
                ("GET", "/v1/models/iris:predict", 404, #"{"error":"Model with name iris:predict does not exist."}"#),
                ("PUT", "/v1/models/iris:predict", 405, #"{"detail":"Method Not Allowed"}"#),
                ("POST", "/v1/models", 405, #"{"detail":"Method Not Allowed"}"#),
                ("GET", "/v1/models/", 307, ""),
                ("GET", "/nothing", 404, #"{"detail":"Not Found"}"#),
                (
                    "GET", "/v2", 200,
                    #"{"name":"kserve","version":"0.1.0","extensions":["model_repository_extension"]}"#
                ),
                ("GET", "/v2/health/live", 200, #"{"live":true}"#),
                ("GET", "/v2/health/ready", 200, #"{"ready":true}"#),
                ("GET", "/v2/models", 200, #"{"models":["iris"]}"#),
                (
                    "GET", "/v2/models/iris", 200,
                    #"{"name":"iris","versions":null,"platform":"","inputs":[{"name":"input-0","datatype":"FP64","shape":[-1,4]}],"#
                        + #""outputs":[{"name":"output-0","datatype":"INT64","shape":[-1]}]}"#
                ),
                ("GET", "/v2/models/iris/ready", 200, #"{"name":"iris","ready":true}"#),
                ("GET", "/v2/models/other/ready", 404, #"{"error":"Model with name other does not exist."}"#),
                ("GET", "/v2/models/iris/versions/1", 501, #"{"error":"Model versioning not supported yet."}"#),
            ]
            for (method, path, status, body) in table {
                let answer = try await serving.send(method, path, method == "POST" ? "{}" : "")
                #expect(answer.status == status && answer.body == body, "\(method) \(path): \(answer)")
            }
        }
    }

    @Test func predictionsAreCounted() async throws {
        try await withModel("iris") { serving in
            for _ in 0..<3 { _ = try await serving.predict("iris", #"{"instances":[[1,2,3,4]]}"#) }
            let text = try await serving.send("GET", "/metrics").body
            for stage in ["preprocess", "predict", "postprocess"] {
                #expect(text.contains("request_\(stage)_seconds_count{model_name=\"iris\"} 3\n"), "\(text)")
            }
            #expect(text.contains("\nprocess_resident_memory_bytes ") && text.contains("\nprocess_cpu_seconds_total "))
            let accept: HTTPHeaders = ["accept": "application/openmetrics-text; version=1.0.0,text/plain;q=0.5"]
            let open = try await serving.exchange("/metrics", accept, [], method: "GET")
            #expect(open.headers["content-type"]?.hasPrefix("application/openmetrics-text") == true)
            let openText = String(decoding: open.body, as: UTF8.self)
            #expect(openText.hasSuffix("\n# EOF\n") && openText.contains("# TYPE process_cpu_seconds counter\n"))
        }
    }

    @Test func hugeAndDeepBodiesAreRefused() async throws {
        try await withModel("iris") { serving in
            let deep = #"{"other":"# + String(repeating: "[", count: 5_000_000)
            let (status, body) = try await serving.predict("iris", deep)
            #expect(status == 400)
            #expect(body.contains("nested deeper than \(ModelServerLimits.depthMax) levels"))
            let huge = String(repeating: "[", count: ModelServerLimits.bodyBytesMax + 1)
            #expect(try await serving.predict("iris", huge).status == 413)
            #expect(
                try await serving.predict("iris", #"{"instances":[[5.1,3.5,1.4,0.2]]}"#).body == #"{"predictions":[0]}"#
            )
        }
    }

    @Test func packedBodiesAreUnpacked() async throws {
        // {"instances":[[6.8,2.8,4.8,1.4]]} by gzip.
        let packed: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 202, 204, 43, 46, 73, 204, 75, 78, 45, 86, 178, 138, 142, 54, 211,
            179, 208, 49, 2, 98, 19, 32, 54, 212, 51, 137, 141, 173, 5, 0, 62, 92, 37, 106, 33, 0, 0, 0,
        ]
        try await withModel("iris") { serving in
            let path = "/v1/models/iris:predict"
            let answer = try await serving.exchange(path, ["content-encoding": "gzip"], packed)
            #expect(String(decoding: answer.body, as: UTF8.self) == #"{"predictions":[1]}"#)
            let broken = try await serving.exchange(path, ["content-encoding": "gzip"], Array(packed.dropFirst(4)))
            #expect(broken.status == 400)
            #expect(try await serving.exchange(path, ["content-encoding": "br"], packed).status == 415)
        }
    }

    @Test func aModelThatCannotBeLoadedIsTold() throws {
        var configuration = ModelServerConfiguration()
        configuration.modelDirectory = fixture("two-files")
        let defect = #expect(throws: ModelDefect.self) { try ModelServer(configuration).start() }
        #expect(defect?.description.contains("More than one model file is detected") == true)
        configuration.modelDirectory = "/nowhere"
        #expect(throws: ModelDefect.self) { try ModelServer(configuration).start() }
    }
}
