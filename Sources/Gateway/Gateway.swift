package import Base
package import KubeClient
import KubeModel
package import Net
package import Scaling
package import Statistics
import Synchronization

/// The data plane: brings requests to the endpoints that routes and Services name.
///
/// Learns of routes, Services and endpoints by watching the API; carries traffic on threads of its own, which see every
/// change as a new table and share no lock.
package final class Gateway: Sendable {
    private let api: any KubernetesAPI
    private let configuration: GatewayConfiguration
    private let metrics: GatewayMetrics
    private let board: LoadBoard
    private let arms: ArmBoard
    private let time: any TimeSource
    /// The threads that carry traffic, from the beginning on: others may serve on them beside the gateway.
    package let loops: [EventLoop]
    private let certificates = CertificateTable()
    private let log = Log("gateway")
    private let bound = Mutex(Bound())

    private struct Bound {
        var result: Result<[SocketAddress], any Error>?
        var waiting: [CheckedContinuation<[SocketAddress], any Error>] = []
    }

    /// How long to wait after a status could not be written.
    private static let statusRetryTime = Duration.milliseconds(200)

    /// - Parameters:
    ///   - board: where it tells what it carries.
    ///   - arms: where it tells what came of the requests of experiments.
    package init(
        api: any KubernetesAPI,
        configuration: GatewayConfiguration = GatewayConfiguration(),
        registry: MetricRegistry = MetricRegistry(),
        board: LoadBoard = LoadBoard(),
        arms: ArmBoard = ArmBoard(shards: 1),
        time: any TimeSource = SystemTime()
    ) {
        self.board = board
        self.arms = arms
        self.api = api
        self.configuration = configuration
        self.time = time
        metrics = GatewayMetrics(registry)
        loops = (0..<max(1, configuration.loops)).map { EventLoop(name: "gateway-\($0)") }
        for loop in loops { loop.start() }
    }

    /// Ends the threads; `run` has ended, and nobody serves on them any more.
    package func close() { for loop in loops { loop.stop() } }

    /// The addresses that answer, the gateway's own port first; waits until routes are known and they do.
    ///
    /// Throws what `run` ended with where it ended before that.
    package func addresses() async throws -> [SocketAddress] {
        try await withCheckedThrowingContinuation { continuation in
            let known = bound.withLock { bound in
                if bound.result == nil { bound.waiting.append(continuation) }
                return bound.result
            }
            if let known { continuation.resume(with: known) }
        }
    }

    /// Carries traffic until the task is cancelled, then lets running requests finish.
    package func run() async throws {
        let tls = try TLSServerContext { [certificates] in certificates.context(for: $0) }
        let workers = loops.enumerated().map { RunningWorker(loop: $1, $0, configuration, metrics, tls) }
        let result: Result<Void, any Error>
        do {
            try await carry(workers)
            result = .success(())
        } catch {
            result = .failure(error)
            tellBound(.failure(error))
        }
        for worker in workers {
            async let secure: Void = worker.secureServer.drain(within: configuration.drainTime)
            await worker.server.drain(within: configuration.drainTime)
            await secure
            worker.flushLines()
        }
        try result.get()
    }

    private func carry(_ workers: [RunningWorker]) async throws {
        let sources = TrafficSources(api, time: time)
        let debt = StatusDebt()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for informer in sources.all { group.addTask { try await informer.run() } }
            group.addTask { try await self.follow(sources, workers, debt) }
            group.addTask { try await self.writeStatuses(debt, sources) }
            for try await _ in group {}  // the first part that fails ends the others
        }
    }

    /// Brings every change to the workers and the listeners; what they go by is then told in statuses, not before.
    private func follow(_ sources: TrafficSources, _ workers: [RunningWorker], _ debt: StatusDebt) async throws {
        for informer in sources.all { await informer.synced() }
        let listeners = GatewayListeners(
            servers: workers.map(\.server),
            secureServers: workers.map(\.secureServer),
            rawServers: workers.map(\.rawServer),
            events: EventRecorder(api, component: "roost-gateway", time: time)
        )
        var builder = TableBuilder(metrics: metrics, board: board, arms: arms, workers: workers.count)
        var addresses: [SocketAddress] = []
        for await _ in sources.changes {
            let news = sources.takeNews()
            let changes = sources.changes(of: news)
            // Statuses alone change no traffic.
            guard !changes.isEmpty else {
                debt.add(news, builder.book, addresses)
                continue
            }
            let step = builder.build(changes)
            if news.hasNewAttachments { certificates.use(builder.book.attachments.listeners) }
            for worker in workers { worker.use(step.table) }
            // After the table: whoever stops waiting goes by it.
            for (queue, plan) in step.plans { queue.follow(plan, at: time.monotonic()) }
            if addresses.isEmpty {
                addresses = try openOwnAddresses(listeners)
                tellBound(.success(addresses))
            }
            debt.add(news, builder.book, addresses)
            guard step.hasNewPorts || news.hasNewAttachments || listeners.hasRefused else { continue }
            await listeners.follow(
                configuration.servesClusterIPs ? builder.listenerPorts : [],
                secure: builder.book.attachments.servesTLS ? configuration.secureAddresses : [],
                service: sources.service
            )
        }
        try Task.checkCancellation()
    }

    private func writeStatuses(_ debt: StatusDebt, _ sources: TrafficSources) async throws {
        for await _ in debt.signals {
            let owed = debt.take()
            guard let said = owed.said else { continue }
            let left = await StatusWriter(api: api, time: time, sources: sources, said).write(owed.routes)
            guard left.hasFailed else { continue }
            try await time.sleep(Self.statusRetryTime)
            debt.addAgain(left.routes)
        }
        try Task.checkCancellation()
    }

    private func openOwnAddresses(_ listeners: GatewayListeners) throws(NetFault) -> [SocketAddress] {
        var addresses = [try listeners.listen(configuration.address)]
        if let ingress = configuration.ingressAddress {
            do throws(NetFault) {
                addresses.append(try listeners.listen(ingress))
            } catch {
                log.info("ingress address not served", ["why": error.message])
            }
        }
        return addresses
    }

    /// The first result holds: addresses that were bound stay what they were.
    private func tellBound(_ result: Result<[SocketAddress], any Error>) {
        let waiting = bound.withLock { bound in
            bound.result = bound.result ?? result
            defer { bound.waiting = [] }
            return bound.waiting
        }
        for continuation in waiting { continuation.resume(with: result) }
    }
}

/// A worker with its server and thread.
private final class RunningWorker: @unchecked Sendable {
    // Safe: the worker is only touched by work on its loop.
    let loop: EventLoop
    let server: HTTPServer
    /// The same for clients that speak TLS.
    let secureServer: HTTPServer
    let rawServer: RawServer
    private let worker: GatewayWorker

    init(
        loop: EventLoop,
        _ number: Int,
        _ configuration: GatewayConfiguration,
        _ metrics: GatewayMetrics,
        _ tls: TLSServerContext
    ) {
        self.loop = loop
        let seed = UInt64.random(in: .min ... .max)
        let worker = GatewayWorker(
            loop: loop,
            number: number,
            configuration: configuration,
            metrics: metrics,
            seed: seed
        )
        self.worker = worker
        rawServer = RawServer(loop: loop) { worker.pass($0) }
        server = HTTPServer(loop: loop, service: worker, limits: configuration.limits, http2: configuration.http2)
        secureServer = HTTPServer(
            loop: loop,
            service: worker,
            limits: configuration.limits,
            http2: configuration.http2,
            tls: tls
        )
    }

    /// Hands over the lines that wait to be written.
    func flushLines() { loop.execute { self.worker.access.flush() } }

    func use(_ table: TrafficTable) { loop.execute { self.worker.use(table) } }
}
