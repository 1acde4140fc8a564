import Base
import ModelServer
import Net
import Prediction
import Testing

/// Version 2 over REST: exact answers, as KServe's server 0.21 gives them where nothing is wrong.
@Suite struct InferenceTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let body: String
        let status: Int
        let answer: String
        var testDescription: String { "\(status) \(body.prefix(80))" }

        /// An inference of two rows of iris that is answered well.
        static func fine(_ body: String, data: String = "[0,2]", rows: Int = 2) -> Case {
            Case(
                body: body,
                status: 200,
                answer: #"{"model_name":"iris","model_version":null,"id":"7","parameters":null,"outputs":["#
                    + #"{"name":"output-0","shape":[\#(rows)],"datatype":"INT64","parameters":null,"data":\#(data)}]}"#
            )
        }

        static func refused(_ body: String, _ error: String) -> Case {
            Case(body: body, status: 400, answer: JSON.object(["error": .string(error)]).text)
        }

        static func schema(_ body: String, _ type: String, _ place: String, _ text: String) -> Case {
            Case(body: body, status: 422, answer: #"{"detail":[{"type":"\#(type)","loc":\#(place),"msg":"\#(text)"}]}"#)
        }
    }

    private static let rows = "[[5.1,3.5,1.4,0.2],[6.7,3.0,5.2,2.3]]"

    private static func request(
        _ data: String,
        shape: String = "[2,4]",
        _ type: String = "FP32",
        more: String = ""
    ) -> String {
        #"{"id":"7","inputs":[{"name":"x","shape":\#(shape),"datatype":"\#(type)","data":\#(data)}]\#(more)}"#
    }

    private static func check(_ cases: [Case]) async throws {
        try await withModel("iris") { serving in
            for c in cases {
                let (status, body) = try await serving.send("POST", "/v2/models/iris/infer", c.body)
                #expect(status == c.status && body == c.answer, "\(c.body.prefix(120)): \(status) \(body)")
            }
        }
    }

    @Test func tensorsOfEveryKind() async throws {
        try await InferenceTests.check([
            .fine(InferenceTests.request(InferenceTests.rows)),
            .fine(InferenceTests.request("[5.1,3.5,1.4,0.2, 6.7,3.0,5.2,2.3]", "fp64")),
            .fine(InferenceTests.request(InferenceTests.rows, shape: "[-1,4]")),
            .fine(InferenceTests.request(InferenceTests.rows, "INT64")),
            .fine(InferenceTests.request("[true,0,1,true]", shape: "[1,4]", "BOOL"), data: "[1]", rows: 1),
            .fine(InferenceTests.request(#"["5.1","3.5","1.4","0.2"]"#, shape: "[1,4]"), data: "[0]", rows: 1),
            .fine(
                #"{"inputs":[{"data":\#(InferenceTests.rows),"parameters":{"content_type":"np"},"shape":[2.0,4],"#
                    + #""datatype":"FP32","name":"x"},{"name":"y","shape":[1],"datatype":"FP32","data":[1]}],"outputs":[],"id":"7"}"#
            ),
            .fine(InferenceTests.request(InferenceTests.rows, more: #","outputs":[{"name":"output-0"}]"#)),
            .fine(
                InferenceTests.request(InferenceTests.rows, more: #","parameters":{"a":1,"b":"x","c":true,"d":1.5}"#)
            ),
        ])
    }

    @Test func whatDoesNotFit() async throws {
        let r = InferenceTests.request
        let rows = InferenceTests.rows
        try await InferenceTests.check([
            .refused(r(rows, "[3,4]", "FP32", ""), "cannot reshape array of size 8 into shape (3,4): input 'x'"),
            .refused(r(rows, "[-1,-1]", "FP32", ""), "can only specify one unknown dimension: input 'x'"),
            .refused(
                r(rows, "[9223372036854774784,4]", "FP32", ""),
                "cannot reshape array of size 8 into shape (9223372036854774784,4): input 'x'"
            ),
            .refused(r(rows, "[8]", "FP32", ""), "Expected 2D array, got 1D array instead: input 'x' has shape (8,)"),
            .refused(r(rows, "[2,2,2]", "FP32", ""), "Found array with dim 3, while dim <= 2 is required: input 'x'"),
            .refused(
                r("[300,1,1,1]", "[1,4]", "INT8", ""),
                "300.0 is out of bounds for INT8: input 'x', element 0"
            ),
            .refused(r("[[1,2,3],[4]]", "[2,2]", "FP32", ""), "data of inputs[0] has lists of 3 and of 1 elements"),
            .refused(r(rows, "[2,4]", "BF16", ""), "invalid datatype 'BF16' in the input: inputs[0]"),
            .refused(
                r(rows, "[2,4]", "FP16", ""),
                "Sending FP16 data via JSON is not supported. Please use the binary data format for input x"
            ),
            .refused(r(#"["a"]"#, "[1,1]", "FP32", ""), "could not convert string to float: 'a': input 'x'"),
            .refused(r(#"["a",1]"#, "[1,2]", "BYTES", ""), "input 'x' mixes texts and numbers"),
            .refused(r("[{}]", "[1,1]", "FP32", ""), "an element of inputs[0].data is an object, expected is a number"),
            .refused(
                r(rows, "[2,4]", "FP32", #","outputs":[{"name":"foo"}]"#),
                "Unexpected inference output 'foo' for model 'iris'"
            ),
            .refused(#"{"inputs":[]}"#, #"Expected at least one tensor in "inputs""#),
            .schema("{}", "missing", #"["body","InferenceRequest","inputs"]"#, "Field required"),
            .schema("", "missing", #"["body"]"#, "Field required"),
            .schema(
                #"{"inputs":[{"name":"x","datatype":"FP32","data":[]}]}"#,
                "missing",
                #"["body","InferenceRequest","inputs",0,"shape"]"#,
                "Field required"
            ),
            .schema(
                r("5", "[1]", "FP32", ""),
                "list_type",
                #"["body","InferenceRequest","inputs",0,"data"]"#,
                "Input should be a valid list"
            ),
            .schema(
                #"{"id":5,"inputs":[]}"#,
                "string_type",
                #"["body","InferenceRequest","id"]"#,
                "Input should be a valid string"
            ),
            Case(
                body: #"{"inputs":[}"#,
                status: 422,
                answer: #"{"detail":[{"type":"json_invalid","loc":["body",11],"msg":"JSON decode error","#
                    + #""ctx":{"error":"unexpected character"}}]}"#
            ),
        ])
    }

    @Test func framesAreTakenByContentType() async throws {
        let columns = ["a": "[5.1,6.7]", "b": "[[3.5],[3.0]]", "c": "[1.4,5.2]", "d": "[0.2,2.3]"]
        let inputs = columns.sorted { $0.key < $1.key }.map {
            let shape = $0.key == "b" ? "[2,1]" : "[2]"
            return #"{"name":"\#($0.key)","shape":\#(shape),"datatype":"FP32","data":\#($0.value)}"#
        }
        let body = #"{"id":"7","parameters":{"content_type":"pd"},"inputs":[\#(inputs.joined(separator: ","))]}"#
        try await InferenceTests.check([.fine(body)])
    }

    @Test func binaryTensorsGoBothWays() async throws {
        let numbers: [Float] = [5.1, 3.5, 1.4, 0.2, 6.7, 3.0, 5.2, 2.3]
        let raw = numbers.flatMap { number in (0..<4).map { UInt8(number.bitPattern >> (8 * $0) & 255) } }
        let json =
            #"{"id":"b","inputs":[{"name":"x","shape":[2,4],"datatype":"FP32","parameters":{"binary_data_size":32}}],"#
            + #""parameters":{"binary_data_output":true}}"#
        try await withModel("iris") { serving in
            func infer(_ length: Int, _ body: [UInt8]) async throws -> (Int, [UInt8], String?) {
                let answer = try await serving.exchange(
                    "/v2/models/iris/infer",
                    ["content-type": "application/octet-stream", "inference-header-content-length": String(length)],
                    body
                )
                return (answer.status, answer.body, answer.headers["inference-header-content-length"])
            }
            let head =
                #"{"id":"b","model_name":"iris","model_version":null,"outputs":[{"name":"output-0","shape":[2],"#
                + #""datatype":"INT64","parameters":{"binary_data_size":16}}]}"#
            let (status, body, length) = try await infer(json.utf8.count, Array(json.utf8) + raw)
            #expect(status == 200 && length?.drop { $0 == " " } == "\(head.utf8.count)")
            #expect(body == Array(head.utf8) + [0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0])
            let short = try await infer(json.utf8.count, Array(json.utf8) + raw.dropLast())
            #expect(short.0 == 400)
            #expect(
                String(decoding: short.1, as: UTF8.self).contains("'binary_data_size' of input 'x' is 32, but 31 bytes")
            )
            #expect(try await infer(9999, Array(json.utf8) + raw).0 == 400)
        }
    }

    @Test func anIdIsMadeWhereNoneIsGiven() async throws {
        try await withModel("iris") { serving in
            var seen: Set<String> = []
            for _ in 0..<3 {
                let body = InferenceTests.request(InferenceTests.rows).replacing(#""id":"7","#, with: "")
                let answer = try await serving.send("POST", "/v2/models/iris/infer", body)
                let id = try JSON.parse(answer.body)["id"].string ?? ""
                #expect(id.utf8.count == 36 && id.dropFirst(14).first == "4", "\(id)")
                seen.insert(id)
            }
            #expect(seen.count == 3)
        }
    }
}
