import Base
import GRPC

/// The name in a ModelReadyRequest or ModelMetadataRequest, in the message.
struct ModelRequest {
    private(set) var bytes = UnsafeRawBufferPointer(start: nil, count: 0)

    init(_ message: UnsafeRawBufferPointer) throws(ProtobufDefect) {
        var reader = ProtobufReader(message)
        while let field = try reader.next() {
            if case (1, .bytes(let name)) = (field.number, field.value) { bytes = try reader.text(name) }
        }
    }
}

/// A RepositoryModelLoadRequest or RepositoryModelUnloadRequest: KServe's, whose first field is the model's name, or
/// Triton's, whose first is the repository's and the second the model's.
struct RepositoryRequest {
    let name: String

    init(_ message: UnsafeRawBufferPointer) throws(ProtobufDefect) {
        var reader = ProtobufReader(message)
        var first = ""
        var second: String?
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let text)): first = try reader.string(text)
            case (2, .bytes(let text)): second = try reader.string(text)
            default: break
            }
        }
        name = second ?? first
    }
}
