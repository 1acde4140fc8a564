package import Base
import CLinux
import GRPC
import Models
package import Net
import Python
import Prediction
import Synchronization
package import Telemetry

/// Serves models over HTTP: loads them, listens only then, drains when told.
///
/// Every worker is a thread with an event loop, and has a service and storage of its own; the models are shared.
package final class ModelServer: Sendable {
    /// What `GET /v2` says.
    package static let version = "0.1.0"

    private let configuration: ModelServerConfiguration
    private let context: ServiceContext
    private let workers: [EventLoop]
    private let servers = Mutex<[HTTPServer]>([])
    /// What hands the last lines over.
    private let flushes = Mutex<[@Sendable () -> Void]>([])
    private let health = HealthRegister()
    private let log = Log("model-server")
    private let tracing: Tracing?

    /// A server that has not loaded anything yet.
    ///
    /// - Parameter tracing: nil where nothing is traced.
    package init(
        _ configuration: ModelServerConfiguration,
        registry: MetricRegistry? = nil,
        tracing: Tracing? = nil,
        time: any TimeSource = SystemTime()
    ) {
        self.configuration = configuration
        self.tracing = tracing
        let loads = tracing.map { LoadSpans($0, time) }
        let registry = registry ?? MetricRegistry(threads: configuration.workers)
        registry.add(ProcessFigures.write)
        Log.count(in: registry)
        let repository = ModelRepository(
            folder: configuration.modelDirectory,
            name: configuration.modelName,
            metrics: ModelServerMetrics(registry, countsRequests: configuration.countsRequests),
            time: time
        ) { folder throws(ModelDefect) in
            let loader = ModelLoader(configuration)
            if let loads { return try loads.load(folder, by: loader) }
            return try loader.load(folder: folder)
        }
        registry.add { [weak repository] writer in repository?.writeStates(into: &writer) }
        context = ServiceContext(
            repository: repository,
            registry: registry,
            time: time,
            isDraining: DrainFlag(),
            cloudEvents: configuration.cloudEvents,
            version: ModelVersion(configuration.modelVersion),
            logs: RequestLogOptions(
                logsLatency: configuration.logsLatency,
                logsAccess: configuration.logsAccess,
                accessFormat: configuration.accessLogFormat
            ),
            watches: WatchBoard(shards: configuration.workers, time: time)
        )
        workers = (0..<configuration.workers).map { EventLoop(name: $0 == 0 ? "model-server" : "model-server-\($0)") }
    }

    /// Loads the models, then listens; the bound address. Called once. Throws where a model or the address is no good.
    package func start() throws -> SocketAddress {
        for flag in configuration.ignoredFlags { log.warning("flag is unknown and ignored", ["flag": flag]) }
        let wanted = try address(port: configuration.port)
        let tls = try tlsContext()
        try context.repository.loadAll()
        var limits = HTTPLimits()
        limits.idleTime = configuration.keepAlive
        let servers = try workers.enumerated().map { number, loop in
            HTTPServer(
                loop: loop,
                service: try makeService(loop, number),
                limits: limits,
                http2: HTTP2Limits(),
                tls: tls
            )
        }
        for loop in workers { loop.start() }
        let bound = try listen(wanted, servers)
        if configuration.speaksGRPC { try listenForGRPC(servers) }
        listenForScrapes(servers)
        self.servers.withLock { $0 = servers }
        // The empty name is the server as a whole.
        for service in ["", InferenceCalls.service] { health.set(service, .serving) }
        log.info("models are served", ["count": String(context.repository.names.count), "address": bound.description])
        return bound
    }

    private func makeService(_ loop: EventLoop, _ number: Int) throws -> ModelService {
        let workspace = Workspace()
        workspace.watcher = RequestWatcher(context.watches, shard: number, time: context.time)
        let logs = RequestLogs(context.logs, loop: loop, time: context.time)
        if let logs { flushes.withLock { $0.append { loop.execute { logs.flush() } } } }
        let spans = tracing.map { RequestSpans($0.makeTracer()) }
        var grpc: GRPCService?
        if configuration.speaksGRPC {
            var limits = GRPCLimits()
            limits.receiveBytesMax = configuration.grpcReceiveBytesMax
            limits.sendBytesMax = configuration.grpcSendBytesMax
            grpc = try GRPCService.inference(
                context,
                workspace: workspace,
                logs: logs,
                spans: spans,
                limits: limits,
                health: health
            )
        }
        let series =
            configuration.countsRequests
            ? RequestSeries(context.registry, configuration.ownIdentity, time: context.time) : nil
        return ModelService(
            context,
            loop: loop,
            workspace: workspace,
            logs: logs,
            series: series,
            spans: spans,
            grpc: grpc
        )
    }

    /// Takes no new connections, lets running requests end for at most `limit`, closes the rest.
    package func drain(within limit: Duration) async {
        let servers = servers.withLock { servers in
            defer { servers = [] }
            return servers
        }
        context.isDraining.set()
        health.end()
        await withTaskGroup { group in
            for server in servers { group.addTask { await server.drain(within: limit) } }
        }
        for flush in flushes.withLock({ $0 }) { flush() }
        if !servers.isEmpty { for loop in workers { loop.stop() } }
        context.repository.end()
    }
}

// Addresses and certificates.
extension ModelServer {
    private func address(port: Int) throws(ModelServerMisuse) -> SocketAddress {
        guard let address = SocketAddress(host: configuration.address, port: port) else {
            throw ModelServerMisuse(description: "--address: \(configuration.address) is no IPv4 address")
        }
        return address
    }

    /// All workers listen on one address; the kernel spreads connections over them.
    private func listen(_ wanted: SocketAddress, _ servers: [HTTPServer]) throws(NetFault) -> SocketAddress {
        var bound = wanted
        for server in servers { bound = try server.listen(bound, sharingPort: servers.count > 1) }
        return bound
    }

    /// The second port is a habit of clients; nobody needs it, unless it was asked for.
    private func listenForGRPC(_ servers: [HTTPServer]) throws {
        let wanted = try address(port: configuration.grpcPort)
        do {
            _ = try listen(wanted, servers)
        } catch {
            if configuration.mustHaveGRPCPort { throw error }
            log.warning(
                "the port for gRPC is taken; the HTTP port speaks gRPC as well",
                ["port": String(configuration.grpcPort), "reason": "\(error)"]
            )
        }
    }

    /// The port where a pod's series are all found, besides the one of its requests.
    private func listenForScrapes(_ servers: [HTTPServer]) {
        guard let port = configuration.scrapePort, let server = servers.first else { return }
        do {
            _ = try server.listen(try address(port: port))
        } catch {
            log.warning("the port for scrapes is taken", ["port": String(port), "reason": "\(error)"])
        }
    }

    private func tlsContext() throws -> TLSServerContext? {
        guard let certificateFile = configuration.certificateFile, let keyFile = configuration.keyFile else {
            return nil
        }
        return try TLSServerContext(certificateFile: certificateFile, keyFile: keyFile, log: log)
    }
}
