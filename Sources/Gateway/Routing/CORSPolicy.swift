import Base
package import Net

/// Which pages of other origins may read a rule's answers: the filter CORS (Fetch Standard, section 3.2).
package struct CORSPolicy: Equatable, Sendable {
    /// `https://a.com`, `https://*.a.com`, `*`.
    private let origins: [String]
    private let methods: [String]
    private let headers: [String]
    private let exposed: [String]
    private let maxAge: Int
    private let allowsCredentials: Bool

    /// Seconds for which browsers remember, where the rule does not say.
    private static let usualMaxAge = 5

    init(_ filter: JSON) {
        origins = filter["allowOrigins"].strings.map { $0.lowercased() }
        methods = filter["allowMethods"].strings
        headers = filter["allowHeaders"].strings
        exposed = filter["exposeHeaders"].strings
        maxAge = filter["maxAge"].int ?? Self.usualMaxAge
        allowsCredentials = filter["allowCredentials"].bool ?? false
    }

    /// Whether a browser asks beforehand whether it may ask.
    package func isPreflight(_ exchange: HTTPExchange) -> Bool {
        exchange.method == .options && exchange.header("origin") != nil
            && exchange.header("access-control-request-method") != nil
    }

    /// Appends what a browser is told that asks beforehand; nothing where its page's origin may not ask.
    package func writePreflight(_ exchange: HTTPExchange, to out: inout OutBuffer) {
        guard writeOrigin(exchange, to: &out) else { return }
        let method = exchange.headerText("access-control-request-method")
        let wanted = exchange.headerText("access-control-request-headers")
        write("access-control-allow-methods", methods, asked: method, to: &out)
        write("access-control-allow-headers", headers, asked: wanted, to: &out)
        out.appendField("access-control-max-age", String(maxAge))
    }

    /// Appends what the browser is told with an answer.
    package func writeAnswer(_ exchange: HTTPExchange, to out: inout OutBuffer) {
        guard writeOrigin(exchange, to: &out) else { return }
        write("access-control-expose-headers", exposed, asked: nil, to: &out)
    }

    private func writeOrigin(_ exchange: HTTPExchange, to out: inout OutBuffer) -> Bool {
        guard let origin = exchange.headerText("origin"), allows(origin) else { return false }
        let isAny = origins.contains("*") && !allowsCredentials
        out.appendField("access-control-allow-origin", isAny ? "*" : origin)
        if !isAny { out.append("vary: Origin\r\n") }
        if allowsCredentials { out.append("access-control-allow-credentials: true\r\n") }
        return true
    }

    /// Whether pages of `origin` may read answers. A wildcard takes one or more labels.
    package func allows(_ origin: String) -> Bool {
        let origin = origin.lowercased()
        return origins.contains { allowed in
            guard let star = allowed.firstIndex(of: "*") else { return allowed == origin }
            let (before, behind) = (allowed[..<star], allowed[allowed.index(after: star)...])
            return origin.hasPrefix(before) && origin.hasSuffix(behind)
                && origin.utf8.count > before.utf8.count + behind.utf8.count
        }
    }

    /// With credentials a browser takes a star for a name: it is told what it asked for.
    private func write(_ name: String, _ values: [String], asked: String?, to out: inout OutBuffer) {
        guard !values.isEmpty else { return }
        let isStar = values.contains("*") && allowsCredentials
        out.appendField(name, isStar ? asked ?? "*" : values.joined(separator: ", "))
    }
}
