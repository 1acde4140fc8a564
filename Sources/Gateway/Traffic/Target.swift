import Base
import KubeModel
import Net

/// What a rule leads to, made ready for traffic: endpoints, header lines and series are looked up beforehand.
final class Target: Sendable {
    /// A Service's port and the endpoints behind it.
    struct Backend: Sendable {
        let key: BackendKey
        /// Nil where there is no such Service or port.
        let endpoints: [Endpoint]?
        let weight: Int
    }

    let backends: [Backend]
    let weightSum: Int
    let requestHeaders: PreparedHeaders
    let responseHeaders: PreparedHeaders
    let rewrite: URLRewrite
    let redirect: RouteRedirect?
    let requestTimeout: Duration?
    let metrics: RouteMetrics

    init(_ rule: RouteRule, metrics: RouteMetrics, endpoints: (BackendKey) -> [Endpoint]?) {
        backends = rule.backends.filter { $0.weight > 0 }.map {
            Backend(key: $0.backend, endpoints: endpoints($0.backend), weight: $0.weight)
        }
        weightSum = backends.reduce(0) { $0 + $1.weight }
        requestHeaders = PreparedHeaders(rule.requestHeaders)
        responseHeaders = PreparedHeaders(rule.responseHeaders)
        rewrite = rule.rewrite
        redirect = rule.redirect
        requestTimeout = rule.requestTimeout
        self.metrics = metrics
    }
}

/// A change of headers as bytes: what to leave out, and the lines to put in.
struct PreparedHeaders: Sendable {
    /// Names in small letters.
    private let left: [String]
    let lines: [UInt8]

    init(_ change: HeaderChange) {
        left = change.removed + change.replaced.map { $0.name.lowercased() }
        var out = OutBuffer()
        for header in change.replaced + change.added { out.appendField(header.name, header.value) }
        lines = Array(out.bytes)
    }

    /// Whether a field of this name is to be left out.
    func drops(_ name: UnsafeRawBufferPointer) -> Bool {
        !left.isEmpty && left.contains { name.equalsIgnoringCase($0) }
    }
}
