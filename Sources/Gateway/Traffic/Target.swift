import Base
import KubeModel
import Net
import Statistics

/// What a rule leads to, made ready for traffic: endpoints, header lines and series are looked up beforehand.
final class Target: Sendable {
    /// A Service's port and the endpoints behind it. A class, so that requests copy nothing of it.
    final class Backend: Sendable {
        let key: BackendKey
        /// Nil where there is no such Service or port, or the route may not name it.
        let endpoints: [Endpoint]?
        /// What its endpoints are spoken to by.
        let version: HTTPVersion
        let weight: Int
        /// The Service's name and port.
        let name: String
        /// Of that name, for choices that last.
        let hash: UInt64
        let requestHeaders: PreparedHeaders
        let responseHeaders: PreparedHeaders
        /// What counts its load and holds its requests, where its replicas follow them.
        let scaled: ScaledService?
        /// Requests that each endpoint takes at once; 0 is no limit.
        let containerConcurrency: Int
        /// What counts its answers, where its route is an experiment's.
        let arm: ArmMeter?

        init(_ backend: WeightedBackend, _ service: ServiceState, _ arm: ArmMeter?) {
            self.arm = arm
            key = backend.backend
            weight = backend.weight
            name = backend.backend.description
            hash = StableHash.of(name.utf8)
            requestHeaders = PreparedHeaders(backend.requestHeaders)
            responseHeaders = PreparedHeaders(backend.responseHeaders)
            endpoints = backend.isFaulty ? nil : service.endpoints
            version = service.version
            scaled = service.scaled
            containerConcurrency = service.containerConcurrency
        }
    }

    /// What is behind a Service's port at one moment.
    struct ServiceState: Sendable {
        /// Nil where there is no such Service or port.
        var endpoints: [Endpoint]?
        var version = HTTPVersion.http1
        var scaled: ScaledService?
        var containerConcurrency = 0
    }

    /// Who gets copies of requests, and how that is counted.
    struct Mirror: Sendable {
        let rule: MirrorRule
        let state: ServiceState
        let metrics: MirrorMetrics
    }

    let backends: [Backend]
    let weightSum: Int
    /// By the number of the worker: what shares requests among its backends.
    let draws: [WorkerDraw]
    let requestHeaders: PreparedHeaders
    let responseHeaders: PreparedHeaders
    let rewrite: URLRewrite
    let redirect: RouteRedirect?
    let requestTimeout: Duration?
    let backendTimeout: Duration?
    let retry: RetryPolicy?
    let cors: CORSPolicy?
    let sticky: StickyKey?
    let mirrors: [Mirror]
    /// Whether its requests have lines in the access log.
    let logsAccess: Bool
    /// The name that its requests are counted under.
    let route: String
    let metrics: RouteMetrics
    /// The experiment that it belongs to, if it does.
    let measured: MeasuredRoute?

    init(
        _ rule: RouteRule,
        _ route: String,
        _ metrics: RouteMetrics,
        measured: MeasuredRoute?,
        _ draws: [WorkerDraw],
        state: (BackendKey) -> ServiceState
    ) {
        self.measured = measured
        self.draws = draws
        backends = rule.backends.filter { $0.weight > 0 }.map {
            Backend($0, state($0.backend), measured?.meter(of: $0.backend))
        }
        weightSum = backends.reduce(0) { $0 + $1.weight }
        requestHeaders = PreparedHeaders(rule.requestHeaders)
        responseHeaders = PreparedHeaders(rule.responseHeaders)
        rewrite = rule.rewrite
        redirect = rule.redirect
        requestTimeout = rule.requestTimeout
        backendTimeout = rule.backendTimeout
        retry = rule.retry
        cors = rule.cors
        sticky = rule.sticky
        mirrors = rule.mirrors.map { Mirror(rule: $0, state: state($0.backend), metrics: metrics.mirror) }
        logsAccess = rule.logsAccess
        self.route = route
        self.metrics = metrics
    }
}

/// A change of headers as bytes: what to leave out, and the lines to put in.
struct PreparedHeaders: Sendable {
    /// Names in small letters.
    private let left: [String]
    let lines: [UInt8]

    static let none = PreparedHeaders(HeaderChange())

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
