import Base
import Net

/// The service `grpc.health.v1.Health` over a register.
package enum HealthService {
    /// The service's name.
    static let name = "grpc.health.v1.Health"

    /// The methods Check and Watch.
    package static func methods(_ register: HealthRegister) -> [GRPCMethod] {
        [
            GRPCMethod(
                name,
                "Check",
                .unary { request, writer throws(GRPCStatus) in
                    let service = try readService(request.message)
                    guard let status = register.status(of: service) else {
                        throw GRPCStatus(.notFound, "unknown service \(service)")
                    }
                    writer.set(1, status.rawValue)
                }
            ),
            GRPCMethod(name, "Watch", .streaming { HealthWatch($0, register) }),
        ]
    }

    /// The name that a HealthCheckRequest asks for.
    static func readService(_ message: UnsafeRawBufferPointer) throws(GRPCStatus) -> String {
        var reader = ProtobufReader(message)
        var service = ""
        do throws(ProtobufDefect) {
            while let field = try reader.next() {
                if case (1, .bytes(let name)) = (field.number, field.value) { service = try reader.string(name) }
            }
        } catch { throw GRPCStatus(error) }
        return service
    }
}

/// One call of Watch: tells the status now, and again whenever it changes.
private final class HealthWatch: GRPCStreamHandler, @unchecked Sendable {
    // Safe: all variables belong to the loop's thread; the register's calls come back to it through `execute`.
    private let call: GRPCStreamCall
    private let register: HealthRegister
    private var watcher: Int?
    private var told: HealthRegister.Status?

    init(_ call: GRPCStreamCall, _ register: HealthRegister) {
        self.call = call
        self.register = register
    }

    func received(_ message: UnsafeRawBufferPointer) {
        guard watcher == nil else { return call.finish(GRPCStatus(.unimplemented, "Watch takes one message")) }
        do throws(GRPCStatus) {
            let service = try HealthService.readService(message)
            let loop = call.loop
            watcher = register.watch(service) { [weak self] status in
                loop.execute { [weak self] in self?.tell(status) }
            }
        } catch {
            call.finish(error)
        }
    }

    func ended() {}

    func cancelled() {
        if let watcher { register.unwatch(watcher) }
    }

    private func tell(_ status: HealthRegister.Status?) {
        guard let status else { return call.finish(GRPCStatus(.unavailable, "the server is shutting down")) }
        guard told != status else { return }
        told = status
        call.send { $0.set(1, status.rawValue) }
    }
}
