import Base
import GRPC
import Net

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
