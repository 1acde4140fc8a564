import Base
package import Net
import Synchronization
package import Telemetry

/// KServe's router of a graph as a server: listens, walks, drains when told.
package final class GraphRouter: Sendable {
    private let configuration: RouterConfiguration
    private let loop = EventLoop(name: "router")
    private let readiness = Readiness()
    private let server = Mutex<HTTPServer?>(nil)
    private let tracing: Tracing?
    private let log = Log("router")

    /// - Parameter tracing: nil where nothing is traced.
    package init(_ configuration: RouterConfiguration, tracing: Tracing? = nil) {
        self.configuration = configuration
        self.tracing = tracing
    }

    /// Listens; the bound address. Called once.
    package func start() throws -> SocketAddress {
        for flag in configuration.ignoredFlags { log.warning("flag is unknown and ignored", ["flag": flag]) }
        for pattern in configuration.headers.refused {
            log.warning("header pattern is no regular expression and ignored", ["pattern": pattern])
        }
        let plan = configuration.plan
        var limits = HTTPLimits()
        limits.stallTime = plan.timeouts.read
        limits.idleTime = plan.timeouts.idle
        let service = GraphService(
            plan,
            rules: configuration.headers,
            loop: loop,
            readiness: readiness,
            tracer: tracing?.makeTracer()
        )
        let server = HTTPServer(loop: loop, service: service, limits: limits, http2: HTTP2Limits())
        loop.start()
        let bound = try server.listen(configuration.address)
        self.server.withLock { $0 = server }
        log.info("graph is served", ["nodes": String(plan.nodes.count), "address": bound.description])
        return bound
    }

    /// Tells probes that it ends, takes no new connections, lets running requests end for at most `limit`.
    package func drain(within limit: Duration) async {
        readiness.end()
        let server = server.withLock { server in
            defer { server = nil }
            return server
        }
        guard let server else { return }
        await server.drain(within: limit)
        loop.stop()
    }
}
