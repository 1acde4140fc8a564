import GRPC
import Net

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

/// One call of RepositoryModelLoad: it takes its time, so another thread does it, and the loop goes on.
final class LoadCall: GRPCStreamHandler, @unchecked Sendable {
    // Safe: `repository` may be used anywhere; the rest belongs to the loop's thread.
    private let call: GRPCStreamCall
    private let repository: ModelRepository
    private var name: String?

    init(_ call: GRPCStreamCall, _ repository: ModelRepository) {
        self.call = call
        self.repository = repository
    }

    func received(_ message: UnsafeRawBufferPointer) {
        guard name == nil else {
            return call.finish(GRPCStatus(.unimplemented, "the method takes exactly one message"))
        }
        do throws(ProtobufDefect) { name = try RepositoryRequest(message).name } catch {
            call.finish(GRPCStatus(error))
        }
    }

    func ended() {
        guard let name else { return call.finish(GRPCStatus(.unimplemented, "the method takes exactly one message")) }
        let loop = call.loop
        Task.detached { [self] in
            var defect: RequestDefect?
            do throws(RequestDefect) { try repository.load(name) } catch { defect = error }
            loop.execute { [self, defect] in finish(name, defect) }
        }
    }

    func cancelled() {}

    private func finish(_ name: String, _ defect: RequestDefect?) {
        if let defect { return call.finish(GRPCStatus(of: defect)) }
        call.send { writer in
            writer.set(1, name)
            writer.set(2, true)
        }
        call.finish(.ok)
    }
}
