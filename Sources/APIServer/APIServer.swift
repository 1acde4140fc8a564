package import Base
package import KubeClient
package import KubeModel
package import Net
import Synchronization

/// What an API server is made of: where it keeps its objects, where it listens, what it serves, and to whom.
package struct APIServerConfiguration: Sendable {
    /// The folder of the database; one server at a time.
    package var dataFolder: String
    /// Port 0 asks for any.
    package var address: SocketAddress
    package var users: Users
    /// Nil serves plain HTTP.
    package var tls: TLSServerContext?
    package var types: [ResourceType]
    package var hooks: [AdmissionHook] = []
    /// Where Services get their addresses.
    package var serviceRange = AddressRange.default
    /// How nodes are called: their authority, and the token that they know this server by.
    package var kubeletTLS: TLSClientContext?
    package var kubeletToken = ""
    /// Answers custom.metrics.k8s.io and external.metrics.k8s.io; without it there are none.
    package var metricsAPI: (any MetricsAPI)?
    package var metrics = MetricRegistry()
    /// What signs the tokens of service accounts; those of another secret open nothing.
    package var tokens = AccountTokens(secret: RandomName.uuid())
    /// What else must hold before the server says that it is ready, by name.
    package var readyChecks: [(name: String, passes: @Sendable () -> Bool)] = []

    package init(dataFolder: String, address: SocketAddress, users: Users, types: [ResourceType]) {
        self.dataFolder = dataFolder
        self.address = address
        self.users = users
        self.types = types
    }
}

/// A Kubernetes-compatible API: objects in a store, served in process at once and over HTTP once started.
package final class APIServer: Sendable {
    /// The API for parts of this process.
    package let api: InProcessAPI
    private let configuration: APIServerConfiguration
    private let registry: Registry
    private let handler: APIHandler
    private let server: HTTPServer
    private let isStarted: Started

    /// Whether the server listens and its own objects exist.
    private final class Started: Sendable {
        let flag = Atomic<Bool>(false)
    }

    /// Opens the store. `loop` carries the connections, to clients and to nodes.
    package init(_ configuration: APIServerConfiguration, loop: EventLoop) throws(StoreFault) {
        let store = try Store(
            folder: configuration.dataFolder,
            commitTimes: APIMetrics.commitTimes(configuration.metrics)
        )
        let registry = Registry(
            store: store,
            types: configuration.types,
            hooks: configuration.hooks,
            serviceRange: configuration.serviceRange,
            tokens: configuration.tokens,
            metrics: configuration.metricsAPI
        )
        let isStarted = Started()
        let ownChecks: [(name: String, passes: @Sendable () -> Bool)] = [
            ("ping", { true }), ("start", { isStarted.flag.load(ordering: .acquiring) }),
        ]
        let handler = APIHandler(
            registry: registry,
            users: configuration.users,
            kubelets: KubeletProxy(
                registry: registry,
                client: HTTPClient(loop: loop, tls: configuration.kubeletTLS),
                token: configuration.kubeletToken
            ),
            health: Health(checks: ownChecks + configuration.readyChecks),
            metrics: APIMetrics(configuration.metrics, store: store)
        )
        let service = AsyncHTTPService(bodyMax: APIServerLimits.bodyBytesMax) { await handler.handle($0) }
        server = HTTPServer(loop: loop, service: service, tls: configuration.tls)
        self.handler = handler
        self.configuration = configuration
        self.registry = registry
        self.isStarted = isStarted
        api = InProcessAPI(registry)
    }

    /// Listens, and makes the objects that the server itself answers for.
    ///
    /// - Returns: the bound address.
    package func start() async throws -> SocketAddress {
        let address = try server.listen(configuration.address)
        try await OwnObjects(api: api, address: address).ensure(serving: registry.types)
        isStarted.flag.store(true, ordering: .releasing)
        return address
    }

    /// Answers one request as it would on the wire.
    package func answer(_ request: HTTPRequest) async -> HTTPReply { await handler.handle(request) }

    /// Serves until the task is cancelled; then lets running requests finish and closes the store.
    package func run() async {
        while !Task.isCancelled {
            do {
                try await registry.time.sleep(APIServerLimits.bookmarkInterval)
                registry.store.bookmark()
            } catch {
                break  // cancelled: that is how a server is asked to end
            }
        }
        isStarted.flag.store(false, ordering: .releasing)
        // Watches would hold the drain up: their readers are told the end first.
        registry.store.endWatches()
        await server.drain(within: APIServerLimits.drainTime)
        close()
    }

    /// Closes the store: what waits is written, later requests fail.
    package func close() { registry.store.close() }
}
