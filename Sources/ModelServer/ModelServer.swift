package import Base
import Models
package import Net
import Synchronization

/// Serves one model over HTTP: loads it, listens only then, drains when told.
package final class ModelServer: Sendable {
    /// What `GET /v2` says.
    package static let version = "0.1.0"

    private let configuration: ModelServerConfiguration
    private let registry: MetricRegistry
    private let time: any TimeSource
    private let loop = EventLoop(name: "model-server")
    private let server = Mutex<HTTPServer?>(nil)
    private let log = Log("model-server")

    /// A server that has not loaded anything yet.
    package init(
        _ configuration: ModelServerConfiguration,
        registry: MetricRegistry = MetricRegistry(),
        time: any TimeSource = SystemTime()
    ) {
        self.configuration = configuration
        self.registry = registry
        self.time = time
    }

    /// Loads the model, then listens; the bound address. Called once. Throws where the model or the address is no good.
    package func start() throws -> SocketAddress {
        for flag in configuration.ignoredFlags { log.warning("flag is unknown and ignored", ["flag": flag]) }
        guard let wanted = SocketAddress(host: configuration.address, port: configuration.port) else {
            throw ModelServerMisuse(description: "--address: \(configuration.address) is no IPv4 address")
        }
        let model = try Model.load(
            folder: configuration.modelDirectory,
            options: .init(wantsProbabilities: configuration.wantsProbabilities)
        )
        let service = PredictionService(
            name: configuration.modelName,
            predictor: model.predictor,
            registry: registry,
            time: time
        )
        loop.start()
        let server = HTTPServer(loop: loop, service: service)
        let address = try server.listen(wanted)
        self.server.withLock { $0 = server }
        log.info("model is served", ["model": configuration.modelName, "address": address.description])
        return address
    }

    /// Takes no new connections, lets running requests end for at most `limit`, closes the rest.
    package func drain(within limit: Duration) async {
        guard let server = server.withLock({ $0.take() }) else { return }
        await server.drain(within: limit)
        loop.stop()
    }
}
