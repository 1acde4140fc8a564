import Base
package import KubeModel

extension RouteRule {
    /// The rules of an HTTPRoute, in their order.
    package static func rules(of route: KubeObject) -> [RouteRule] {
        (route.spec["rules"].array ?? [[:]]).map { RouteRule($0, of: route) }
    }

    private init(_ rule: JSON, of route: KubeObject) {
        let filters = rule["filters"].array ?? []
        func filter(_ type: String, _ member: String) -> JSON? {
            filters.first { $0["type"].string == type }?[member]
        }
        self.init(
            route: route.key,
            matches: rule["matches"].array.map { $0.compactMap { RouteMatch($0) } } ?? [RouteMatch()],
            requestHeaders: HeaderChange(ofRequests: filters),
            responseHeaders: HeaderChange(ofResponses: filters),
            rewrite: filter("URLRewrite", "urlRewrite").map(URLRewrite.init) ?? URLRewrite(),
            redirect: filter("RequestRedirect", "requestRedirect").map(RouteRedirect.init),
            backends: (rule["backendRefs"].array ?? []).compactMap { WeightedBackend($0, of: route) },
            requestTimeout: rule["timeouts"]["request"].string.flatMap { Duration(gatewayText: $0) },
            sticky: StickyKey(route),
            mirrors: filters.filter { $0["type"].string == "RequestMirror" }
                .compactMap { MirrorRule($0["requestMirror"], of: route) }
        )
    }
}

extension WeightedBackend {
    fileprivate init?(_ reference: JSON, of route: KubeObject) {
        guard (reference["kind"].string ?? "Service") == "Service", let name = reference["name"].string,
            let port = reference["port"].int
        else { return nil }
        let namespace = reference["namespace"].string ?? route.namespace
        let backend = BackendKey(service: ObjectKey(namespace: namespace, name: name), port: port)
        let filters = reference["filters"].array ?? []
        self.init(
            backend,
            weight: max(0, reference["weight"].int ?? 1),
            requestHeaders: HeaderChange(ofRequests: filters),
            responseHeaders: HeaderChange(ofResponses: filters)
        )
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
        guard let path = PathMatch(match["path"]) else { return nil }
        var headers: [ValueMatch] = []
        for header in match["headers"].array ?? [] {
            guard let value = ValueMatch(header, name: header["name"].string?.lowercased()) else { return nil }
            headers.append(value)
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
