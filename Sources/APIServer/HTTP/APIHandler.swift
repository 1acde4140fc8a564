import Base
import KubeModel
import Net

/// Answers requests: who asks, what the path names, which part answers.
struct APIHandler: Sendable {
    let registry: Registry
    let users: Users
    let kubelets: KubeletProxy
    let health: Health
    let metrics: APIMetrics

    /// The whole answer to a request; every failure becomes a Status.
    func handle(_ request: HTTPRequest) async -> HTTPReply {
        let start = registry.time.monotonic()
        let route = Route(path: request.path)
        let reply: HTTPReply
        do throws(APIStatus) {
            reply = try await answer(request, route)
        } catch {
            reply = .failure(error)
        }
        metrics.count(request, route, reply.status, registry.time.monotonic() - start) { registry.serves($0) }
        return reply
    }

    private func answer(_ request: HTTPRequest, _ route: Route) async throws(APIStatus) -> HTTPReply {
        switch route {
        case .health(let name): return health.answer(name, verbose: request.query("verbose") != nil)
        case .version: return .json(ServerVersion.json)
        default: break
        }
        guard let token = Users.token(authorization: request.headers["authorization"]),
            let user = users.user(token: token) ?? registry.account(token: token)
        else {
            throw APIStatus(.unauthorized, "Unauthorized")
        }
        if let request = try MetricQuery(request, route) { return try await request.answer(registry) }
        switch route {
        case .collection(let id, let namespace):
            if Reviews.serves(id) { return try Reviews.answer(request, id, user) }
            try Access(request, id, nil, namespace: namespace, subresource: nil).check(user)
            return try await ObjectRequests(registry: registry, request: request).collection(id, namespace)
        case .object(let id, let key, let subresource):
            let access = Access(request, id, key, namespace: key.namespace, subresource: subresource)
            try access.check(user, name: key.name)
            return try await object(request, id, key, subresource)
        case .targets(let role): return try ScrapeTargets.answer(role, request, registry, user)
        default: return try document(request, route)
        }
    }

    private func object(
        _ request: HTTPRequest,
        _ id: ResourceID,
        _ key: ObjectKey,
        _ subresource: String?
    ) async throws(APIStatus) -> HTTPReply {
        switch (id, subresource) {
        case (.pods, "log"): return try await kubelets.logs(request, key)
        case (.pods, "portforward"): return try await kubelets.upgrade(request, key, .portForward)
        case (.pods, "exec"): return try await kubelets.upgrade(request, key, .exec)
        case (.pods, "attach"): return try await kubelets.upgrade(request, key, .attach)
        default: break
        }
        let requests = ObjectRequests(registry: registry, request: request)
        switch (id, subresource) {
        case (.pods, "eviction"): return try await requests.evict(key)
        case (.serviceAccounts, "token"): return try requests.token(key)
        default: return try await requests.object(id, key, subresource)
        }
    }

    /// What describes the server itself.
    private func document(_ request: HTTPRequest, _ route: Route) throws(APIStatus) -> HTTPReply {
        guard request.method == "GET" else { throw ObjectRequests.notAllowed }
        let types = registry.types
        let discovery = Discovery(types + registry.metricTypes)
        let openAPI = OpenAPIDocuments(types)
        switch route {
        case .index: return .json(["paths": ["/api", "/apis", "/healthz", "/metrics", "/openapi/v3", "/version"]])
        case .metrics: return metrics.answer(request)
        case .coreVersions: return try groups(request, discovery, core: true)
        case .groups: return try groups(request, discovery, core: false)
        case .group(let name): return .found(discovery.group(name))
        case .resources(let group, let version): return .found(discovery.resourceList(group: group, version: version))
        case .openAPIv2: return .cached(openAPI.v2, type: OpenAPIDocuments.v2ContentType, for: request)
        case .openAPIv3Index: return .cached(openAPI.index.bytes, type: "application/json", for: request)
        case .openAPIv3(let group, let version):
            guard let document = openAPI.document(group: group, version: version) else { return .found(nil) }
            return .cached(document.bytes, type: "application/json", for: request)
        default: return .found(nil)
        }
    }

    private func groups(
        _ request: HTTPRequest,
        _ discovery: Discovery,
        core: Bool
    ) throws(APIStatus) -> HTTPReply {
        if case .discovery(let version) = try AnswerForm(accept: request.headers["accept"], included: nil) {
            let type = "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList"
            return .cached(discovery.aggregated(core: core, version: version).bytes, type: type, for: request)
        }
        return .json(core ? discovery.coreVersions : discovery.groupList)
    }
}

extension HTTPReply {
    /// A document, or the plain 404 of a path that is not served at all.
    static func found(_ json: JSON?) -> HTTPReply {
        json.map { .json($0) } ?? .text("404 page not found\n", status: 404)
    }

    /// The status that the reply starts with.
    var status: Int {
        switch self {
        case .complete(let response): response.status
        case .stream(let status, _, _): status
        case .upgrade: 101
        }
    }
}
