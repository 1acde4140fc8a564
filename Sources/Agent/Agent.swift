package import Base
package import Net
import Synchronization
package import Telemetry

/// KServe's agent as a server before a component's port: listens, relays, drains when told.
package final class Agent: Sendable {
    private let configuration: AgentConfiguration
    private let time: any TimeSource
    private let tracing: Tracing?
    private let loop = EventLoop(name: "agent")
    private let running = Mutex<Running?>(nil)
    private let log = Log("agent")

    private struct Running: @unchecked Sendable {
        // Safe: the service is only touched in work for its loop.
        let server: HTTPServer
        let service: AgentService
    }

    /// - Parameter tracing: nil where nothing is traced.
    package init(
        _ configuration: AgentConfiguration,
        tracing: Tracing? = nil,
        time: any TimeSource = SystemTime()
    ) {
        self.configuration = configuration
        self.tracing = tracing
        self.time = time
    }

    /// Listens; the bound address. Called once.
    package func start() throws -> SocketAddress {
        for flag in configuration.ignoredFlags { log.warning("flag is unknown and ignored", ["flag": flag]) }
        let service = AgentService(configuration, loop: loop, tracer: tracing?.makeTracer(), time: time)
        let server = HTTPServer(loop: loop, service: service, http2: HTTP2Limits())
        loop.start()
        let bound = try server.listen(configuration.address)
        running.withLock { $0 = Running(server: server, service: service) }
        log.info(
            "agent is ready",
            ["address": bound.description, "component": configuration.component.description]
        )
        return bound
    }

    /// Takes no new connections, lets running requests end for at most `limit`, and the payloads reach their sink.
    package func drain(within limit: Duration) async {
        let running = running.withLock { running in
            defer { running = nil }
            return running
        }
        guard let running else { return }
        let end = time.monotonic() + limit
        await running.server.drain(within: limit)
        while time.monotonic() < end, await !isIdle(running) {
            do { try await time.sleep(.milliseconds(20)) } catch { break }  // cancelled: nobody waits any more
        }
        loop.stop()
    }

    private func isIdle(_ running: Running) async -> Bool {
        await withCheckedContinuation { continuation in
            loop.execute { continuation.resume(returning: running.service.isIdle) }
        }
    }
}
