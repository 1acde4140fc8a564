import Autoscaler
import Base
import CLinux
import Controllers
import Drift
import Gateway
import KubeClient
import KubeKinds
import KubeModel
import Net
import Node
import Scaling
import Statistics
import Telemetry
import Workloads

/// Makes the parts over an API, whoever answers it: in `roost up` all of them, in `roost node` and its siblings one.
struct Parts: Sendable {
    let api: any KubernetesAPI
    let settings: PartSettings
    let network: LoopbackNetwork

    init(api: any KubernetesAPI) async throws {
        self.api = api
        settings = try await PartSettings(from: api)
        network = try LoopbackNetwork(prefix: settings.network)
    }

    func workloads(folder: String) -> Workloads {
        Workloads(
            api: api,
            kinds: BuiltInKinds.all,
            certificateAuthority: settings.authorityPEM,
            volumes: Workloads.VolumeStore(folder: "\(folder)/volumes") { try Files.removeTree($0) }
        )
    }

    /// - Parameter board: where a gateway of this process tells what it carries.
    func autoscaler(board: LoadBoard) -> Autoscaler { Autoscaler(api: api, board: board) }

    /// - Parameter metrics: where its series go.
    func drift(metrics: MetricRegistry) -> Drift {
        let loop = EventLoop(name: "drift")
        loop.start()
        return Drift(api: api, client: HTTPClient(loop: loop), registry: metrics, readFile: { try Files.readText($0) })
    }

    /// - Parameters:
    ///   - addresses: the gateway's own ports; Services and the ingress answer on addresses of the range besides.
    ///   - board: where it tells what it carries.
    ///   - arms: where it counts the versions of experiments.
    ///   - logsAccess: whether every request has a line in the log.
    ///   - tracing: what its requests are traced by; nil for nothing.
    func gateway(
        _ addresses: (plain: SocketAddress, secure: SocketAddress),
        metrics: MetricRegistry,
        board: LoadBoard,
        arms: ArmBoard,
        logsAccess: Bool,
        tracing: Tracing?
    ) -> Gateway {
        var configuration = GatewayConfiguration(address: addresses.plain)
        configuration.secureAddress = addresses.secure
        configuration.logsAccess = logsAccess
        configuration.tracing = tracing
        configuration.ingressAddress = SocketAddress(host: network.gatewayAddress, port: 80)
        configuration.secureIngressAddress = SocketAddress(host: network.gatewayAddress, port: 443)
        return Gateway(api: api, configuration: configuration, registry: metrics, board: board, arms: arms)
    }

    /// Waits until a gateway answers, and tells clients of the ingress where that is.
    ///
    /// - Returns: the gateway's own address.
    func publish(_ gateway: Gateway) async throws -> SocketAddress {
        let addresses = try await gateway.addresses()
        guard let own = addresses.first, let ingress = addresses.last else {
            throw Failure("the gateway listens nowhere")
        }
        try await ShippedObjects(api: api).publishIngress(host: ingress.host, port: ingress.port)
        return own
    }

    /// - Parameters:
    ///   - imagePrograms: what stands for images on this machine.
    ///   - residents: programs of Roost's own that run within this process.
    func node(
        folder: String,
        imagePrograms: [String: [String]],
        residents: [String: any ResidentProgram] = [:]
    ) throws -> Node {
        guard let program = Program.path, let address = SocketAddress(host: "127.0.0.1", port: 0) else {
            throw Failure("the program's own path cannot be read from /proc/self/exe")
        }
        var configuration = NodeConfiguration(
            name: Program.hostName,
            dataFolder: "\(folder)/node",
            program: program,
            address: address,
            podAddresses: network.podAddresses
        )
        configuration.token = settings.nodeToken
        configuration.tls = try TLSServerContext(
            certificatePEM: settings.nodeCertificatePEM,
            keyPEM: settings.nodeKeyPEM
        )
        configuration.imagePrograms = imagePrograms
        configuration.residents = residents
        configuration.apiHost = network.firstServiceAddress
        configuration.engineEnvironment = Environment.ofContainerEngines
        let variables = NativeVariables()
        configuration.nativeVariables = { variables.current() }
        try Files.makeDirectory(configuration.dataFolder)
        return Node(api: api, configuration: configuration)
    }
}

/// What the running program knows of itself.
enum Program {
    /// Its file, to be started again for native servers.
    static var path: String? {
        guard let resolved = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The machine's name, as the Node object's.
    static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).lowercased()
        return text.isEmpty ? "localhost" : text
    }
}
