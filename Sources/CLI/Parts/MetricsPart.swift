import Base
import KubeClient
import KubeModel
import Net

/// Tells Prometheus the series of this process's parts, over plain HTTP.
struct MetricsPart: Sendable {
    /// Where `roost up` tells them, on an address of its own range; where somebody has that port, on any.
    static let port = 8080

    static let flags = [Flag("metrics-address", "HOST:PORT", "serve /metrics of this part over plain HTTP")]

    private let server: HTTPServer
    private let loop: EventLoop
    private let address: SocketAddress

    /// Longest body of a request, none of which is read.
    private static let bodyBytesMax = 1024

    /// Listens at once.
    init(_ registry: MetricRegistry, at wanted: SocketAddress) throws {
        loop = EventLoop(name: "metrics")
        let service = AsyncHTTPService(bodyMax: Self.bodyBytesMax) { .complete(MetricsPart.answer($0, registry)) }
        server = HTTPServer(loop: loop, service: service)
        loop.start()
        do {
            address = try server.listen(wanted)
        } catch {
            loop.stop()
            throw error
        }
    }

    /// Listens where a flag says; nil where none does.
    init?(_ invocation: Invocation) throws {
        guard let text = invocation["metrics-address"] else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let port = Int(parts[1]),
            let address = SocketAddress(host: String(parts[0]), port: port)
        else { throw Misuse("--metrics-address must be ADDRESS:PORT with an IPv4 address, was \"\(text)\"") }
        MetricRegistry.process.add(ProcessFigures.write)
        Log.count(in: .process)
        try self.init(.process, at: address)
    }

    /// Listens on the platform's own address, and tells Kubernetes' discovery where that is.
    static func publish(_ registry: MetricRegistry, host: String, to api: any KubernetesAPI) async throws -> MetricsPart
    {
        guard let usual = SocketAddress(host: host, port: port), let any = SocketAddress(host: host, port: 0) else {
            throw Failure("\(host) is no IPv4 address")
        }
        // Silent: whoever looks for the series finds the other port by the Service.
        let part = try (try? MetricsPart(registry, at: usual)) ?? MetricsPart(registry, at: any)
        for name in ScrapedService.names { try await ScrapedService(name: name, address: part.address).ensure(api) }
        return part
    }

    /// Serves until the task is cancelled.
    func run() async {
        // A wait that is cancelled was asked to end.
        while !Task.isCancelled { try? await SystemTime().sleep(.seconds(3600)) }
        await server.drain(within: .zero)
        loop.stop()
    }

    private static func answer(_ request: HTTPRequest, _ registry: MetricRegistry) -> HTTPResponse {
        guard request.path == "/metrics" else { return HTTPResponse(status: 404, text: "404 page not found\n") }
        guard request.method == "GET" else { return HTTPResponse(status: 405, text: "Method Not Allowed\n") }
        let format = ExpositionFormat(accept: request.headers["accept"] ?? "")
        var response = HTTPResponse(status: 200, body: Array(registry.exposition(format).utf8))
        response.headers["content-type"] = "\(format.contentType)"
        return response
    }
}

/// A Service without pods whose endpoint is this process, for `kubernetes_sd_configs` of every role to find.
private struct ScrapedService {
    /// The walk-through's name for it, and upstream's.
    static let names = ["kserve-controller-metrics", "kserve-controller-manager-metrics-service"]

    let name: String
    let address: SocketAddress

    private static let namespace = "kserve"
    private static let portName = "metrics"
    private let labels: JSON = [
        "control-plane": "kserve-controller-manager", "app.kubernetes.io/name": "kserve-controller-manager",
    ]

    /// Makes what is missing, and brings the endpoint up to date.
    func ensure(_ api: any KubernetesAPI) async throws(APIStatus) {
        try await ensure(api, .services, service, ["ports": service.spec["ports"]], within: "spec")
        try await ensure(api, .endpoints, endpoints, ["subsets": endpoints["subsets"]])
        try await ensure(api, .endpointSlices, slice, ["endpoints": slice["endpoints"], "ports": slice["ports"]])
    }

    private func ensure(
        _ api: any KubernetesAPI,
        _ resource: ResourceID,
        _ object: KubeObject,
        _ members: JSON,
        within place: String? = nil
    ) async throws(APIStatus) {
        if try await api.find(resource, object.key) == nil { _ = try await api.create(resource, object) }
        let patch = place.map { JSON.object([$0: members]) } ?? members
        _ = try await api.patch(resource, object.key, .merge(patch))
    }

    private func object(_ resource: ResourceID, _ kind: String) -> KubeObject {
        var object = KubeObject(resource, kind: kind, namespace: Self.namespace, name: name)
        object.metadata["labels"] = labels
        return object
    }

    private var service: KubeObject {
        var service = object(.services, "Service")
        let port = JSON.int(Int64(MetricsPart.port))
        service.spec = [
            "ports": [["name": .string(Self.portName), "protocol": "TCP", "port": port, "targetPort": port]]
        ]
        return service
    }

    private var endpoints: KubeObject {
        var endpoints = object(.endpoints, "Endpoints")
        endpoints["subsets"] = [["addresses": [["ip": .string(address.host)]], "ports": [endpointPort]]]
        return endpoints
    }

    private var slice: KubeObject {
        var slice = object(.endpointSlices, "EndpointSlice")
        slice.metadata["labels"]["kubernetes.io/service-name"] = .string(name)
        slice["addressType"] = "IPv4"
        slice["endpoints"] = [["addresses": [.string(address.host)], "conditions": ["ready": true]]]
        slice["ports"] = [endpointPort]
        return slice
    }

    private var endpointPort: JSON {
        ["name": .string(Self.portName), "protocol": "TCP", "port": .int(Int64(address.port))]
    }
}
