import Base
import Gateway
import KubeClient
import KubeModel
import Net
import Scaling
import Statistics

/// A running gateway, the API that it watches, and a loop for the servers behind it and the client before it.
struct GatewayScope: Sendable {
    let api: ScriptedAPI
    let loop: EventLoop
    let address: SocketAddress
    let client: HTTPClient
    let registry: MetricRegistry
    let board: LoadBoard
    let arms: ArmBoard

    private static let anyPort = SocketAddress(ip: 0x7F00_0001, port: 0)

    /// Runs `body` beside a gateway whose API holds a class and one Gateway.
    static func run(
        _ change: (inout GatewayConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (GatewayScope) async throws -> Void
    ) async throws {
        let api = ScriptedAPI()
        try api.put(.gatewayClasses, "{metadata: {name: roost}, spec: {controllerName: roost.dev/gateway-controller}}")
        try api.put(
            .gateways,
            """
            metadata: {namespace: kserve, name: g}
            spec: {gatewayClassName: roost, listeners: [{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]}
            """
        )
        var configuration = GatewayConfiguration(address: anyPort)
        configuration.servesClusterIPs = false
        configuration.holdTime = .seconds(20)
        configuration.drainTime = .milliseconds(200)
        change(&configuration)
        let registry = MetricRegistry()
        let board = LoadBoard()
        let arms = ArmBoard(shards: configuration.loops)
        let gateway = Gateway(api: api, configuration: configuration, registry: registry, board: board, arms: arms)
        let loop = EventLoop(name: "test")
        loop.start()
        defer { loop.stop() }
        let running = Task { try await gateway.run() }
        defer { running.cancel() }
        let address = try await gateway.addresses()[0]
        let scope = GatewayScope(
            api: api,
            loop: loop,
            address: address,
            client: HTTPClient(loop: loop),
            registry: registry,
            board: board,
            arms: arms
        )
        try await body(scope)
        running.cancel()
        _ = try? await running.value  // its end by cancellation is what was asked for
        gateway.close()
    }

    /// A port that was free a moment ago.
    static func freePort() throws -> Int {
        let loop = EventLoop(name: "port")
        loop.start()
        defer { loop.stop() }
        let server = RawServer(loop: loop) { $0.abort() }
        let address = try server.listen(anyPort)
        server.unlisten(address)
        return address.port
    }

    /// A server behind the gateway; where it listens.
    func serve(_ handler: @escaping @Sendable (HTTPRequest) async -> HTTPReply) throws -> SocketAddress {
        try HTTPServer(loop: loop, service: AsyncHTTPService(bodyMax: 64 << 20, handler)).listen(Self.anyPort)
    }

    /// A server that answers with its name.
    func serve(named name: String) throws -> SocketAddress {
        try serve { _ in .complete(HTTPResponse(status: 200, text: name)) }
    }

    /// Puts a Service with these endpoints behind port 80.
    func putService(
        _ name: String,
        _ endpoints: [SocketAddress],
        clusterIP: String? = nil,
        port: Int = 80,
        name portName: String = "http"
    ) throws {
        let clusterIP = clusterIP.map { "clusterIP: \($0), " } ?? ""
        try api.put(
            .services,
            "{metadata: {namespace: default, name: \(name)}, spec: {\(clusterIP)selector: {a: b}, ports: [{name: \(portName), port: \(port)}]}}"
        )
        for (index, endpoint) in endpoints.enumerated() {
            try api.put(
                .endpointSlices,
                """
                metadata: {namespace: default, name: \(name)-\(index), labels: {kubernetes.io/service-name: \(name)}}
                ports: [{name: \(portName), port: \(endpoint.port)}]
                endpoints: [{addresses: [\(endpoint.host)], conditions: {ready: true}}]
                """
            )
        }
    }

    /// Puts an HTTPRoute for `host` with these rules, and waits until its status says that it is accepted.
    func putRoute(_ host: String, _ rules: String, annotations: String = "") async throws {
        try api.put(
            .httpRoutes,
            """
            metadata: {namespace: default, name: \(host), annotations: {\(annotations)}}
            spec: {parentRefs: [{name: g, namespace: kserve}], hostnames: [\(host)]}
            """,
            rules: YAML.parse(rules)[0]
        )
        try await until {
            api.find(.httpRoutes, "default", host)?.status["parents"][0]["conditions"][0]["status"].string == "True"
        }
    }

    /// Sends a request for `host` to the gateway.
    func send(
        _ host: String,
        method: String = "GET",
        path: String = "/",
        headers: HTTPHeaders = [:],
        body: [UInt8] = []
    ) async throws -> HTTPResponse {
        var headers = headers
        headers["host"] = host
        let request = HTTPRequest(method: method, path: path, headers: headers, body: body)
        return try await client.send(request, to: address, timeout: .seconds(60))
    }

    /// Waits until something becomes true, or fails after a while.
    func until(_ condition: () async throws -> Bool) async throws {
        for _ in 0..<6000 {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw NetFault(.local, .timeout, "it did not become true")
    }
}

extension HTTPResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
}
