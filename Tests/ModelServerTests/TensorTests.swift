import Base
import Models
import ModelServer
import Net
import Prediction
import Testing

/// Whether onnxruntime is on this machine.
private let hasRuntime: Bool = {
    do {
        _ = try LoadedModel.load(folder: fixture("tensors/scalar"))
        return true
    } catch {
        return !"\(error)".contains("was not found")
    }
}()

/// Models of named tensors by both versions of the protocol over REST (models: Tests/ONNXTests/Fixtures).
@Suite(.enabled(if: hasRuntime, "onnxruntime is not here: make onnx"))
struct TensorTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let model: String
        let body: String
        let status: Int
        /// The whole answer, or of an error what it says.
        let answer: String
        var testDescription: String { "\(model) \(body.prefix(80))" }

        static func fine(_ model: String, _ body: String, _ answer: String) -> Case {
            Case(model: model, body: body, status: 200, answer: answer)
        }

        static func refused(_ model: String, _ body: String, _ error: String) -> Case {
            Case(model: model, body: body, status: 400, answer: JSON.object(["error": .string(error)]).text)
        }
    }

    private static func check(_ cases: [Case], _ path: (String) -> String) async throws {
        try await withModels(in: fixture("tensors")) { serving in
            for c in cases {
                let (status, body) = try await serving.send("POST", path(c.model), c.body)
                #expect(status == c.status && body == c.answer, "\(c.model) \(c.body.prefix(160)): \(status) \(body)")
            }
        }
    }

    private static let rows = "[[5.1,3.5,1.4,0.2],[6.7,3.0,5.2,2.3]]"

    @Test func predictions() async throws {
        try await TensorTests.check(
            [
                .fine("iris-maps", #"{"instances":\#(TensorTests.rows)}"#, #"{"predictions":[0,2]}"#),
                .fine("iris-maps", #"{"inputs":\#(TensorTests.rows)}"#, #"{"predictions":[0,2]}"#),
                .fine("iris-maps", #"{"instances":[{"X":[5.1,3.5,1.4,0.2]}]}"#, #"{"predictions":[0]}"#),
                .fine(
                    "same-int64",
                    #"{"instances":[[9007199254740993,-9223372036854775808]]}"#,
                    #"{"predictions":[[9007199254740993,-9223372036854775808]]}"#
                ),
                .fine("same-int64", #"{"instances":[[1e2,2.0]]}"#, #"{"predictions":[[100,2]]}"#),
                .fine("same-float16", #"{"instances":[[0.1,1]]}"#, #"{"predictions":[[0.0999755859375,1.0]]}"#),
                .fine("scalar", #"{"inputs":{"x":3}}"#, #"{"predictions":[9.0]}"#),
                .fine("scalar", #"{"instances":[3]}"#, #"{"predictions":[9.0]}"#),
                .fine("split", #"{"instances":[[1,2],[3,4]]}"#, #"{"predictions":[[[1.0,2.0]],[[3.0,4.0]]]}"#),
                .fine("ragged", #"{"inputs":{"a":[1],"b":[2,3]}}"#, #"{"predictions":[[1.0],[2.0,3.0]]}"#),
                .fine("map", #"{"instances":[{"c":3,"a":1}]}"#, #"{"predictions":[[1.0,0.0,3.0]]}"#),
                .fine("optional", #"{"instances":[1,2]}"#, #"{"predictions":[{"full":[1.0,2.0],"none":null}]}"#),
                .fine("external", #"{"instances":[[1,1,1,1]]}"#, #"{"predictions":[[1.0,2.0,3.0,4.0]]}"#),
                .fine("default", #"{"instances":[1,2]}"#, #"{"predictions":[11.0,12.0]}"#),
                .fine("default", #"{"inputs":{"x":[1,2],"bias":[-1]}}"#, #"{"predictions":[0.0,1.0]}"#),
                .fine(
                    "columns",
                    #"{"instances":[{"color":"red","size":1},{"size":2,"color":"violet"}]}"#,
                    #"{"predictions":[0,1]}"#
                ),
                .fine("texts", #"{"instances":[["good film"],["bad"]]}"#, #"{"predictions":[1,0]}"#),
                .fine(
                    "several",
                    #"{"inputs":{"a":[[0,1],[2,3]],"b":[[1,1],[1,1]],"flag":[[true],[false]]}}"#,
                    #"{"predictions":[{"masked":[[1.0,1.0],[0.0,0.0]],"product":[[1.0,1.0],[5.0,5.0]],"largest":5.0}]}"#
                ),
            ]
        ) { "/v1/models/\($0):predict" }
    }

    @Test func predictionsThatDoNotFit() async throws {
        try await TensorTests.check(
            [
                .refused("iris-maps", #"{"instances":[[1,2]]}"#, "input 'X' has shape [1, 2], the model takes [-1, 4]"),
                .refused("iris-maps", #"{"instances":[1,2,3,4]}"#, "input 'X' has shape [4], the model takes [-1, 4]"),
                .refused(
                    "iris-maps",
                    #"{"instances":[[1,2,3,"x"]]}"#,
                    "could not convert string to float: 'x': input 'X': element 3"
                ),
                .refused(
                    "iris-maps",
                    #"{"instances":[[1,2,3,4],[1,2,3]]}"#,
                    "input 'X' has lists of 4 and of 3 elements"
                ),
                .refused("iris-maps", #"{"instances":[[1,2,3,4],5]}"#, "input 'X' has elements where others are lists"),
                .refused(
                    "iris-maps",
                    #"{"instances":[1,[2]]}"#,
                    "input 'X' has lists where others of its elements are none"
                ),
                .refused(
                    "iris-maps",
                    #"{"instances":[{"Y":[1,2,3,4]}]}"#,
                    "unexpected inference input 'Y' for model 'iris-maps': it takes 'X'"
                ),
                .refused(
                    "same-int64",
                    #"{"instances":[[1.5,2]]}"#,
                    "input 'x': element 0 is 1.5, expected is a whole number of INT64"
                ),
                .refused(
                    "same-int64",
                    #"{"instances":[[1,9223372036854775808]]}"#,
                    "input 'x': element 1 is out of bounds for INT64"
                ),
                .refused(
                    "same-int64",
                    #"{"instances":[["1",2]]}"#,
                    "input 'x': element 0 is a text, expected is a whole number"
                ),
                .refused("columns", #"{"instances":[{"color":"red"}]}"#, "input 'size' of model 'columns' is missing"),
                .refused(
                    "columns",
                    #"{"instances":[{"color":"red","size":1},{"color":"red"}]}"#,
                    "instances[1] lacks input 'size', which others have"
                ),
                .refused(
                    "columns",
                    #"{"instances":[[1]]}"#,
                    "model 'columns' takes 'color', 'size': instances[0] has to be an object with their values"
                ),
                .refused(
                    "columns",
                    #"{"inputs":{"color":[["red"]],"color":[["red"]]}}"#,
                    "inputs has input 'color' more than once"
                ),
                .refused("map", #"{"instances":[{"a":1},{"b":2}]}"#, #"input 'x' is one map, "instances" has more"#),
                .refused("map", #"{"instances":[{"a":[1]}]}"#, "input 'x' is a map with lists in it"),
                .refused("iris-maps", #"{"rows":[]}"#, #"Expected "instances" or "inputs" in the request"#),
            ]
        ) { "/v1/models/\($0):predict" }
    }

    private static func request(_ inputs: String, more: String = "") -> String {
        #"{"id":"7","inputs":[\#(inputs)]\#(more)}"#
    }

    private static func answer(_ model: String, _ outputs: String) -> String {
        #"{"model_name":"\#(model)","model_version":null,"id":"7","parameters":null,"outputs":[\#(outputs)]}"#
    }

    private static func output(_ name: String, _ shape: String, _ type: String, _ data: String) -> String {
        #"{"name":"\#(name)","shape":\#(shape),"datatype":"\#(type)","parameters":null,"data":\#(data)}"#
    }

    @Test func inferences() async throws {
        let r = TensorTests.request
        let a = TensorTests.answer
        let o = TensorTests.output
        let several =
            #"{"name":"flag","datatype":"BOOL","shape":[2,1],"data":[true,0]},"#
            + #"{"name":"b","datatype":"FP32","shape":[2,2],"data":[1,1,1,1]},{"name":"a","data":[[0,1],[2,3]],"shape":[2,2],"datatype":"FP32"}"#
        try await TensorTests.check(
            [
                .fine(
                    "several",
                    r(several, ""),
                    a(
                        "several",
                        o("masked", "[2,2]", "FP32", "[1.0,1.0,0.0,0.0]") + ","
                            + o("product", "[2,2]", "FP32", "[1.0,1.0,5.0,5.0]") + ","
                            + o("largest", "[]", "FP32", "[5.0]")
                    )
                ),
                .fine(
                    "several",
                    r(several, #","outputs":[{"name":"largest"}]"#),
                    a("several", o("largest", "[]", "FP32", "[5.0]"))
                ),
                .fine(
                    "same-int64",
                    r(#"{"name":"x","datatype":"INT64","shape":[1,2],"data":[9007199254740993,-1]}"#, ""),
                    a("same-int64", o("y", "[1,2]", "INT64", "[9007199254740993,-1]"))
                ),
                .fine(
                    "split",
                    r(#"{"name":"x","datatype":"FP32","shape":[2,2],"data":[1,2,3,4]}"#, ""),
                    a("split", o("s", "[2,1,2]", "FP32", "[1.0,2.0,3.0,4.0]"))
                ),
                .fine(
                    "optional",
                    r(#"{"name":"x","datatype":"FP32","shape":[1],"data":[1]}"#, ""),
                    a("optional", o("full", "[1]", "FP32", "[1.0]"))
                ),
                .refused(
                    "same-int64",
                    r(#"{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}"#, ""),
                    "input 'x' is of FP32, the model takes INT64"
                ),
                .refused(
                    "same-int64",
                    r(#"{"name":"x","datatype":"INT64","shape":[1,3],"data":[1,2,3]}"#, ""),
                    "input 'x' has shape [1, 3], the model takes [-1, 2]"
                ),
                .refused(
                    "same-int64",
                    r(#"{"name":"x","datatype":"INT64","shape":[1,2],"data":[1,2,3]}"#, ""),
                    "input 'x' has shape [1, 2], which is 2 elements, but 3 are there"
                ),
                .refused(
                    "same-int64",
                    r(#"{"name":"x","datatype":"INT64","shape":[-1,2],"data":[1,2]}"#, ""),
                    "input 'x' has shape [-1, 2], which is none"
                ),
                .refused(
                    "same-int64",
                    r(#"{"name":"z","datatype":"INT64","shape":[1,2],"data":[1,2]}"#, ""),
                    "unexpected inference input 'z' for model 'same-int64': it takes 'x'"
                ),
                .refused("same-int64", r("", ""), "input 'x' of model 'same-int64' is missing"),
                .refused(
                    "same-int64",
                    r(#"{"name":"x","datatype":"INT64","shape":[1,2],"data":[1,2]}"#, #","outputs":[{"name":"q"}]"#),
                    "Unexpected inference output 'q' for model 'same-int64': it answers 'y'"
                ),
                .refused(
                    "ragged",
                    r(
                        #"{"name":"a","datatype":"FP32","shape":[1],"data":[1]},{"name":"b","datatype":"FP32","shape":[2],"data":[2,3]}"#,
                        ""
                    ),
                    "the tensors of output 's' are of shapes [1] and [2]: version 1 tells them"
                ),
                .refused(
                    "map",
                    r(#"{"name":"x","datatype":"FP32","shape":[1],"data":[1]}"#, ""),
                    "input 'x' is a map, which version 1 of the protocol carries and version 2 does not"
                ),
            ]
        ) { "/v2/models/\($0)/infer" }
    }

    /// Probabilities that the model tells as maps are rows of numbers here; raw bytes go in and out as they are.
    @Test func rawTensorsAndMaps() async throws {
        try await withModels(in: fixture("tensors")) { serving in
            let head =
                #"{"id":"7","inputs":[{"name":"X","datatype":"FP32","shape":[1,4],"parameters":{"binary_data_size":16}}],"#
                + #""outputs":[{"name":"output_probability","parameters":{"binary_data":true}},{"name":"output_label"}]}"#
            var body = Array(head.utf8)
            for number in [5.1, 3.5, 1.4, 0.2] as [Float] {
                withUnsafeBytes(of: number.bitPattern.littleEndian) { body.append(contentsOf: $0) }
            }
            let length = "\(head.utf8.count)"
            let answer = try await serving.exchange(
                "/v2/models/iris-maps/infer",
                ["inference-header-content-length": length],
                body
            )
            let jsonLength = try #require(answer.headers["inference-header-content-length"].flatMap { Int($0) })
            let json = try JSON.parse(Array(answer.body[..<jsonLength]))
            #expect(json["outputs"].array?.map { $0["name"].string } == ["output_probability", "output_label"])
            #expect(json["outputs"].array?.first?["shape"] == [1, 3] && json["outputs"].array?.last?["data"] == [0])
            let raw = answer.body[jsonLength...]
            #expect(raw.count == 12)
            let first = raw.withUnsafeBytes { Float(bitPattern: $0.loadUnaligned(as: UInt32.self)) }
            #expect(abs(first - 0.98) < 0.02)
        }
    }

    @Test func metadataTellsInputsAndOutputs() async throws {
        try await withModels(in: fixture("tensors")) { serving in
            let (status, body) = try await serving.send("GET", "/v2/models/several", "")
            #expect(status == 200)
            #expect(
                body
                    == #"{"name":"several","versions":null,"platform":"","inputs":[{"name":"a","datatype":"FP32","shape":[-1,-1]},"#
                    + #"{"name":"b","datatype":"FP32","shape":[-1,2]},{"name":"flag","datatype":"BOOL","shape":[-1,1]}],"#
                    + #""outputs":[{"name":"masked","datatype":"FP32","shape":[-1,2]},{"name":"product","datatype":"FP32","shape":[-1,2]},"#
                    + #"{"name":"largest","datatype":"FP32","shape":[]}]}"#
            )
        }
    }

    @Test func probabilitiesAreRowsWhereTheyAreWanted() async throws {
        var configuration = ModelServerConfiguration()
        configuration.modelDirectory = fixture("tensors")
        configuration.wantsProbabilities = true
        try await withServer(configuration) { serving in
            let (status, body) = try await serving.predict("iris-maps", #"{"instances":\#(TensorTests.rows)}"#)
            let rows = try JSON.parse(Array(body.utf8))["predictions"].array ?? []
            #expect(status == 200 && rows.count == 2 && rows.allSatisfy { $0.array?.count == 3 }, "\(body)")
        }
    }
}
