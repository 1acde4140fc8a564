import Base
import GRPC
import ModelServer
import Prediction
import Testing

/// Calls of the inference service, and the exact messages that KServe's server answers.
@Suite struct GRPCInferenceTests {
    @Test(arguments: [
        ("iris", "FP32"), ("iris", "raw FP32"), ("names", "names"), ("names", "raw names"), ("words", "words"),
        // A document of PMML, whose answer is a tensor for each of its named values.
        ("weather", "weather"), ("weather", "raw weather"),
    ])
    func inference(_ model: String, _ name: String) async throws {
        try await withModel(model) { serving async throws in
            let answer = CallAnswer.good(try message("answer \(name)"))
            for _ in 0..<2 { #expect(try await serving.call("ModelInfer", try message(name)) == answer) }
        }
    }

    @Test func requestsWithoutIDGetOne() async throws {
        try await withModel("iris") { serving async throws in
            var ids: Set<[UInt8]> = []
            for _ in 0..<3 {
                let answer = try await serving.call("ModelInfer", try message("free shape"))
                try answer.message.withUnsafeBytes { bytes in
                    var reader = ProtobufReader(bytes)
                    while let field = try reader.next() {
                        if case (3, .bytes(let id)) = (field.number, field.value) { ids.insert(Array(id)) }
                    }
                }
            }
            #expect(ids.count == 3)
            #expect(ids.allSatisfy { $0.count == 36 })
        }
    }

    @Test func refusals() async throws {
        try await withModel("iris") { serving async throws in
            func expect(_ name: String, _ code: GRPCStatus.Code, _ text: String) async throws {
                let answer = try await serving.call("ModelInfer", try message(name))
                #expect(answer == .refused(code, text), "\(name): \(answer)")
            }
            try await expect("names", .notFound, "Model with name names does not exist.")
            try await expect("unknown type", .invalidArgument, "invalid content type")
            try await expect(
                "outputs",
                .invalidArgument,
                "Unexpected inference output 'o2' for model 'iris'"
            )
            let garbage = try await serving.call("ModelInfer", [0x0A, 5, 1])
            #expect(
                garbage
                    == .refused(.internal, "Error parsing request: the message ends inside a field at byte 1")
            )
        }
    }

    @Test func states() async throws {
        try await withModel("iris") { serving async throws in
            let yes: [UInt8] = [8, 1]
            let missing = CallAnswer.refused(.notFound, "Model with name x does not exist.")
            #expect(try await serving.call("ServerLive", []) == .good(yes))
            #expect(try await serving.call("ServerReady", []) == .good(yes))
            #expect(try await serving.call("ModelReady", try message("iris")) == .good(yes))
            #expect(try await serving.call("ModelReady", try message("x")) == missing)
            #expect(try await serving.call("ServerMetadata", []) == .good(try message("server")))
            #expect(try await serving.call("ModelMetadata", try message("iris")) == .good(try message("metadata")))
            #expect(try await serving.call("ModelMetadata", try message("x")) == missing)
            #expect(try await serving.call("ModelConfig", []) == .refused(.unimplemented, "Method not found!"))
        }
    }

    /// Names come as KServe's field 1 or as Triton's field 2.
    @Test func repository() async throws {
        try await withModel("iris") { serving async throws in
            let iris = try message("iris")
            let triton: [UInt8] = [0x12] + iris.dropFirst()
            let index: [UInt8] = [0x0A, 13] + iris + [0x1A, 5] + Array("READY".utf8)
            #expect(try await serving.call("RepositoryIndex", []) == .good(index))
            for name in [iris, triton] {
                #expect(try await serving.call("RepositoryModelUnload", name) == .good(try message("unloaded")))
                #expect(
                    try await serving.call("ModelReady", iris)
                        == .refused(.notFound, "Model with name iris does not exist.")
                )
                #expect(try await serving.call("RepositoryIndex", [0x10, 1]) == .good([]))
                #expect(try await serving.call("RepositoryModelLoad", name) == .good(try message("loaded")))
                #expect(try await serving.call("ModelReady", iris) == .good([8, 1]))
            }
            #expect(
                try await serving.call("RepositoryModelUnload", try message("x"))
                    == .refused(.notFound, "Model with name x does not exist.")
            )
            #expect(
                try await serving.call("RepositoryModelLoad", try message("x"))
                    == .refused(.unavailable, "Model with name x is not ready.")
            )
        }
    }
}
