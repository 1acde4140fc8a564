import Base
import GRPC
import ModelServer
import Testing

/// Answers of one of several versions of a service say which.
@Suite struct ModelVersionTests {
    private func withVersion(_ model: String, _ body: (Serving) async throws -> Void) async throws {
        let words = ["--model_name=\(model)", "--model_dir=\(fixture(model))"]
        let environment = ["ROOST_MODEL_VERSION": "v\"2"]
        try await withServer(ModelServerConfiguration.parse(words, environment: environment), body)
    }

    @Test func versionOneHasItBesideThePredictions() async throws {
        try await withVersion("iris") { serving in
            let answer = try await serving.predict("iris", #"{"instances":[[6.8,2.8,4.8,1.4]]}"#)
            #expect(answer.body == #"{"predictions":[1],"version":"v\"2"}"#)
        }
    }

    @Test(arguments: [
        ("", #"{"model_name":"iris","model_version":"v\"2","id":"7","#),
        (
            #","parameters":{"binary_data_output":true}"#,
            #"{"id":"7","model_name":"iris","model_version":"v\"2","outputs":"#
        ),
    ])
    func versionTwoHasItAsTheModelsVersion(_ wish: String, _ begin: String) async throws {
        try await withVersion("iris") { serving in
            let body =
                #"{"id":"7","inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[6.8,2.8,4.8,1.4]}]\#(wish)}"#
            let answer = try await serving.send("POST", "/v2/models/iris/infer", body)
            #expect(answer.body.hasPrefix(begin), "\(answer.body)")
        }
    }

    @Test func messagesHaveItInTheirSecondField() async throws {
        try await withVersion("iris") { serving async throws in
            let answer = try await serving.call("ModelInfer", try message("FP32"))
            var versions: [[UInt8]] = []
            try answer.message.withUnsafeBytes { bytes in
                var reader = ProtobufReader(bytes)
                while let field = try reader.next() {
                    if case (2, .bytes(let version)) = (field.number, field.value) { versions.append(Array(version)) }
                }
            }
            #expect(versions == [Array("v\"2".utf8)])
        }
    }
}
