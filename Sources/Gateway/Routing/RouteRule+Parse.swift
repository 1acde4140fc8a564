import Base
package import KubeModel

extension RouteRule {
    /// The rules of an HTTPRoute or GRPCRoute, in their order.
    package static func rules(of route: KubeObject, _ grants: ReferenceGrants) -> [RouteRule] {
        let isGRPC = route.kind == "GRPCRoute"
        return (route.spec["rules"].array ?? [[:]]).map { rule in
            let matches = rule["matches"].array.map {
                $0.compactMap { isGRPC ? RouteMatch(grpc: $0) : RouteMatch($0) }
            }
            return RouteRule(rule, of: route, matches ?? [RouteMatch()], grants)
        }
    }

    private init(_ rule: JSON, of route: KubeObject, _ matches: [RouteMatch], _ grants: ReferenceGrants) {
        let filters = rule["filters"].array ?? []
        func filter(_ type: String, _ member: String) -> JSON? {
            filters.first { $0["type"].string == type }?[member]
        }
        var faults: [BackendFault] = []
        // What a filter of somebody else's would have done cannot be left out: its rule leads nowhere.
        let isForeign = filters.contains { $0["type"].string == "ExtensionRef" }
        if isForeign {
            faults.append(BackendFault(reason: .invalidKind, message: "no filter of type ExtensionRef is known"))
        }
        let backends = (rule["backendRefs"].array ?? []).map { WeightedBackend($0, of: route, grants, &faults) }
        let mirrors = filters.filter { $0["type"].string == "RequestMirror" }.compactMap { filter -> MirrorRule? in
            do throws(BackendFault) {
                return try MirrorRule(filter["requestMirror"], of: route, grants)
            } catch {
                faults.append(error)
                return nil
            }
        }
        self.init(
            route: route.key,
            matches: matches,
            requestHeaders: HeaderChange(ofRequests: filters),
            responseHeaders: HeaderChange(ofResponses: filters),
            rewrite: filter("URLRewrite", "urlRewrite").map(URLRewrite.init) ?? URLRewrite(),
            redirect: filter("RequestRedirect", "requestRedirect").map(RouteRedirect.init),
            backends: isForeign ? [] : backends,
            requestTimeout: rule["timeouts"]["request"].string.flatMap { Duration(gatewayText: $0) },
            backendTimeout: rule["timeouts"]["backendRequest"].string.flatMap { Duration(gatewayText: $0) },
            retry: RetryPolicy(rule["retry"]),
            cors: filter("CORS", "cors").map(CORSPolicy.init),
            sticky: StickyKey(route),
            mirrors: mirrors,
            logsAccess: route.annotations["roost.dev/access-log"] == "true",
            faults: faults
        )
    }
}

extension WeightedBackend {
    /// As the API has it.
    private static let weightMax = 1_000_000

    fileprivate init(
        _ reference: JSON,
        of route: KubeObject,
        _ grants: ReferenceGrants,
        _ faults: inout [BackendFault]
    ) {
        let filters = reference["filters"].array ?? []
        let found = BackendKey.read(reference, of: route, grants)
        if let fault = found.fault { faults.append(fault) }
        self.init(
            found.key,
            weight: min(max(0, reference["weight"].int ?? 1), Self.weightMax),
            requestHeaders: HeaderChange(ofRequests: filters),
            responseHeaders: HeaderChange(ofResponses: filters),
            isFaulty: found.fault != nil
        )
    }
}

extension BackendKey {
    /// What a reference names, and why it may not.
    static func read(
        _ reference: JSON,
        of route: KubeObject,
        _ grants: ReferenceGrants
    ) -> (key: BackendKey, fault: BackendFault?) {
        let namespace = reference["namespace"].string ?? route.namespace
        let service = ObjectKey(namespace: namespace, name: reference["name"].string ?? "")
        let port = reference["port"].int
        let kind = reference["kind"].string ?? "Service"
        let from = ReferenceGrants.Kind.route(route.kind.isEmpty ? "HTTPRoute" : route.kind)
        let fault: BackendFault? =
            if kind != "Service" || !(reference["group"].string ?? "").isEmpty {
                BackendFault(reason: .invalidKind, message: "backends are Services, not \(kind)s")
            } else if !grants.allow(from, in: route.namespace, to: .service, service) {
                BackendFault(
                    reason: .notPermitted,
                    message: "no ReferenceGrant of namespace \(namespace ?? "") lets the route name Service \(service)"
                )
            } else if port == nil {
                BackendFault(reason: .notFound, message: "a backend that is a Service needs a port")
            } else { nil }
        return (BackendKey(service: service, port: port ?? 0), fault)
    }
}

extension PathChange {
    fileprivate init?(_ path: JSON) {
        switch path["type"].string {
        case "ReplaceFullPath": self = .full(path["replaceFullPath"].string ?? "/")
        case "ReplacePrefixMatch": self = .prefix(path["replacePrefixMatch"].string ?? "/")
        default: return nil
        }
    }
}

extension URLRewrite {
    fileprivate init(_ filter: JSON) {
        self.init(hostname: filter["hostname"].string, path: PathChange(filter["path"]))
    }
}

extension RouteRedirect {
    fileprivate init(_ filter: JSON) {
        self.init(
            scheme: filter["scheme"].string,
            hostname: filter["hostname"].string,
            port: filter["port"].int,
            path: PathChange(filter["path"]),
            status: filter["statusCode"].int ?? 302
        )
    }
}

extension HeaderChange {
    fileprivate init(ofRequests filters: [JSON]) {
        self.init(filters, type: "RequestHeaderModifier", member: "requestHeaderModifier")
    }

    fileprivate init(ofResponses filters: [JSON]) {
        self.init(filters, type: "ResponseHeaderModifier", member: "responseHeaderModifier")
    }

    private init(_ filters: [JSON], type: String, member: String) {
        self.init()
        for filter in filters where filter["type"].string == type { append(filter[member]) }
    }

    fileprivate mutating func append(_ modifier: JSON) {
        func headers(_ list: JSON) -> [Header] {
            (list.array ?? []).compactMap { header in
                guard let name = header["name"].string, let value = header["value"].string else { return nil }
                return Header(name: name, value: value)
            }
        }
        replaced += headers(modifier["set"])
        added += headers(modifier["add"])
        removed += modifier["remove"].strings.map { $0.lowercased() }
    }
}

extension RouteMatch {
    /// Nil where the match can never be met: an expression that does not compile.
    fileprivate init?(_ match: JSON) {
        guard let path = PathMatch(match["path"]), let headers = ValueMatch.headers(match["headers"]) else {
            return nil
        }
        var query: [ValueMatch] = []
        for parameter in match["queryParams"].array ?? [] {
            guard let value = ValueMatch(parameter, name: parameter["name"].string) else { return nil }
            query.append(value)
        }
        self.init(path: path, method: match["method"].string, headers: headers, query: query)
    }
}

extension PathMatch {
    /// Expressions that mean "every path": KServe writes the first for every service.
    private static let everything: Set<String> = ["^/.*$", "^/.*", "/.*", ".*", "^.*$"]

    fileprivate init?(_ path: JSON) {
        let value = path["value"].string ?? "/"
        switch path["type"].string ?? "PathPrefix" {
        case "Exact": self = .exact(value)
        case "RegularExpression":
            if PathMatch.everything.contains(value) {
                self = .any
            } else {
                guard let expression = Expression(value) else { return nil }
                self = .expression(expression)
            }
        default:
            let trimmed = value.hasSuffix("/") ? String(value.dropLast()) : value
            self = trimmed.isEmpty ? .any : .prefix(trimmed)
        }
    }
}

extension ValueMatch {
    /// Nil where one of them can never be met.
    static func headers(_ list: JSON) -> [ValueMatch]? {
        var headers: [ValueMatch] = []
        for header in list.array ?? [] {
            guard let value = ValueMatch(header, name: header["name"].string?.lowercased()) else { return nil }
            headers.append(value)
        }
        return headers
    }

    fileprivate init?(_ match: JSON, name: String?) {
        guard let name, let text = match["value"].string else { return nil }
        guard match["type"].string == "RegularExpression" else {
            self.init(name: name, value: .exact(text))
            return
        }
        guard let expression = Expression(text) else { return nil }
        self.init(name: name, value: .expression(expression))
    }
}

extension Duration {
    /// Reads Gateway API's durations: `60s`, `1h30m`, `500ms`; nil for `0s`, which means no limit, and for what is none.
    init?(gatewayText text: String) {
        let units: [(name: String, milliseconds: Int)] = [("ms", 1), ("h", 3_600_000), ("m", 60_000), ("s", 1000)]
        var rest = text[...]
        var total = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            guard let count = Int(digits), count <= 99_999, let unit = units.first(where: { rest.hasPrefix($0.name) })
            else { return nil }
            rest = rest.dropFirst(unit.name.count)
            total += count * unit.milliseconds
        }
        guard total > 0 else { return nil }
        self = .milliseconds(total)
    }
}
