package import Base
package import Net
import Synchronization
package import Telemetry

/// KServe's router of a graph as a server: listens, walks, drains when told. It has a thread of its own, or shares those of another
/// server, which reaches it without the kernel and is reached likewise.
package final class GraphRouter: Sendable {
    /// What it takes of the machine.
    package let load = RouterLoad()
    private let configuration: RouterConfiguration
    private let loops: [EventLoop]
    private let isShared: Bool
    private let limits: RouterLimits
    private let hosts: String?
    private let readiness = Readiness()
    private let servers = Mutex<[HTTPServer]>([])
    private let makeTracer: @Sendable (_ number: Int) -> Tracer?
    private let log: Log

    /// - Parameters:
    ///   - loops: those of another server that it shares; nil for one of its own.
    ///   - limits: nil for the usual ones.
    ///   - hosts: a file in the form of /etc/hosts whose names go before the machine's.
    ///   - makeTracer: what traces requests on the loop of that number; nil where nothing is traced.
    package init(
        _ configuration: RouterConfiguration,
        on loops: [EventLoop]? = nil,
        limits: RouterLimits? = nil,
        hosts: String? = nil,
        log: Log = Log("router"),
        makeTracer: @escaping @Sendable (_ number: Int) -> Tracer? = { _ in nil }
    ) {
        self.configuration = configuration
        self.loops = loops ?? [EventLoop(name: "router")]
        isShared = loops != nil
        self.limits = limits ?? (loops == nil ? .own : .shared)
        self.hosts = hosts
        self.makeTracer = makeTracer
        self.log = log
    }

    /// Listens; the bound address. Called once.
    package func start() throws -> SocketAddress {
        for flag in configuration.ignoredFlags { log.warning("flag is unknown and ignored", ["flag": flag]) }
        for pattern in configuration.headers.refused {
            log.warning("header pattern is no regular expression and ignored", ["pattern": pattern])
        }
        let plan = configuration.plan
        var patience = HTTPLimits()
        patience.stallTime = plan.timeouts.read
        patience.idleTime = plan.timeouts.idle
        var bound = configuration.address
        for (number, loop) in loops.enumerated() {
            let service = GraphService(
                plan,
                rules: configuration.headers,
                loop: loop,
                readiness: readiness,
                load: load,
                limits: limits,
                hosts: hosts,
                tracer: makeTracer(number)
            )
            let server = HTTPServer(loop: loop, service: service, limits: patience, http2: HTTP2Limits())
            if !isShared { loop.start() }
            bound = try server.listen(bound, sharingPort: loops.count > 1, isNear: isShared)
            servers.withLock { $0.append(server) }
        }
        log.info("graph is served", ["nodes": String(plan.nodes.count), "address": bound.description])
        return bound
    }

    /// Tells probes that it ends, takes no new connections, lets running requests end for at most `limit`.
    package func drain(within limit: Duration) async {
        readiness.end()
        let servers = servers.withLock { servers in
            defer { servers = [] }
            return servers
        }
        await withDiscardingTaskGroup { group in
            for server in servers { group.addTask { await server.drain(within: limit) } }
        }
        if !isShared, !servers.isEmpty { for loop in loops { loop.stop() } }
    }
}
