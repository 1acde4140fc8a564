import APIServer
import Base
import CLinux
import KubeClient
import KubeKinds
import KubeModel
import MetricsServer
import Net

/// The API of one data folder: its server, its certificates, and the objects that are there from the start.
struct EmbeddedAPI: Sendable {
    /// Where clients find it unless a flag says otherwise; 8000, 8080 and 9090 are left to port-forwards.
    static let port = 7443

    static let flags = [
        Flag("data-dir", "DIR", "where everything is kept (default: $XDG_DATA_HOME/roost or ~/.local/share/roost)"),
        Flag("api-port", "N", "port of the API (default \(port); 0: any)"),
        Flag("api-host", "ADDRESS", "address of the API (default 127.0.0.1)"),
        Flag(
            "prometheus-url",
            "URL",
            "where HorizontalPodAutoscalers' Pods, Object and External metrics are asked for"
        ),
    ]

    let folder: DataFolder
    let network: LoopbackNetwork
    let metrics: MetricRegistry
    let server: APIServer
    private let measuring: MetricsServer
    private let authority: CertificateAuthority
    private let token: String
    private let host: String
    private let kubeletToken: String

    /// Opens the folder that the flags name.
    init(_ invocation: Invocation, loop: EventLoop) throws {
        folder = try DataFolder(invocation["data-dir"])
        network = try LoopbackNetwork(of: folder)
        authority = try folder.authority()
        token = try folder.token("admin")
        kubeletToken = try folder.token("kubelet")
        host = invocation["api-host"] ?? "127.0.0.1"
        let port = try invocation.integer("api-port", in: 0...65535) ?? EmbeddedAPI.port
        guard let address = SocketAddress(host: host, port: port) else {
            throw Misuse("--api-host must be an IPv4 address, was \"\(host)\"")
        }
        metrics = .process
        metrics.add(ProcessFigures.write)
        Log.count(in: metrics)
        let names = [
            "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
        ]
        let certificate = try authority.issue(
            commonName: "roost-api",
            names: names,
            addresses: ["127.0.0.1", host, network.firstServiceAddress]
        )
        let kubeletTLS = try TLSClientContext(authorityPEM: authority.certificatePEM)
        let measuring = MetricsServer(client: HTTPClient(loop: loop, tls: kubeletTLS), token: kubeletToken)
        self.measuring = measuring
        let measured = ResourceMetricsKinds.types(pods: { measuring.pods }, nodes: { measuring.nodes })
        var configuration = APIServerConfiguration(
            dataFolder: folder.path,
            address: address,
            users: Users(tokens: [token: Users.User(name: "admin")]),
            types: BuiltInKinds.all + measured
        )
        configuration.tls = try TLSServerContext(certificatePEM: certificate.certificatePEM, keyPEM: certificate.keyPEM)
        configuration.hooks = AdmissionWiring.hooks
        configuration.serviceRange = network.serviceAddresses
        configuration.kubeletTLS = kubeletTLS
        configuration.kubeletToken = kubeletToken
        configuration.metrics = metrics
        configuration.tokens = AccountTokens(secret: try folder.token("accounts"))
        configuration.metricsAPI = PrometheusMetrics(
            client: PrometheusClient(loop: loop),
            url: try EmbeddedAPI.prometheus(invocation)
        )
        server = try APIServer(configuration, loop: loop)
    }

    private static func prometheus(_ invocation: Invocation) throws(Misuse) -> String? {
        guard let url = invocation["prometheus-url"] else { return nil }
        guard WebAddress(url) != nil else {
            throw Misuse("--prometheus-url must be a URL of http or https, was \"\(url)\"")
        }
        return url
    }

    /// Listens, brings the shipped objects, and writes the kubeconfig.
    ///
    /// - Returns: the server's URL.
    func start() async throws -> String {
        let address = try await server.start()
        try await ShippedObjects(api: server.api).ensure()
        try await publishSettings()
        let url = "https://\(host == "0.0.0.0" ? "127.0.0.1" : host):\(address.port)"
        let config = KubeConfig(server: url, authorityPEM: authority.certificatePEM, token: token)
        try Files.writePrivate(config.fileText, to: folder.kubeconfigPath)
        return url
    }

    /// Serves, and measures what runs on the nodes, until the task is cancelled.
    func run() async {
        let measurements = Task { try await measuring.run(server.api) }
        await server.run()
        measurements.cancel()
    }

    /// Writes what parts in other processes have to know: the address range, and the node's key and token.
    private func publishSettings() async throws {
        let key = try authority.issue(commonName: "roost-node", addresses: ["127.0.0.1", network.gatewayAddress])
        let settings = PartSettings(
            network: network.prefix,
            authorityPEM: authority.certificatePEM,
            nodeCertificatePEM: key.certificatePEM,
            nodeKeyPEM: key.keyPEM,
            nodeToken: kubeletToken
        )
        try await settings.write(to: server.api)
    }
}
