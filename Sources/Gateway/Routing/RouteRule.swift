import Base
package import KubeModel

/// One rule of an HTTPRoute or GRPCRoute, ready to be held against requests.
package struct RouteRule: Equatable, Sendable {
    /// The route it is from.
    package let route: ObjectKey
    /// Requests that fit any of these are the rule's.
    package let matches: [RouteMatch]
    /// What is done to the headers of its requests and answers.
    package let requestHeaders: HeaderChange
    package let responseHeaders: HeaderChange
    /// What its requests ask the backend for instead.
    package let rewrite: URLRewrite
    /// Where its requests are sent instead of to a backend.
    package let redirect: RouteRedirect?
    /// Who answers; a request is given to one of them by weight.
    package let backends: [WeightedBackend]
    /// How long a client waits for the head of an answer; nil waits as long as the connection is not idle too long.
    package let requestTimeout: Duration?
    /// How long one endpoint has for the head of its answer.
    package let backendTimeout: Duration?
    /// Which answers are asked for again; nil where the rule says nothing.
    package let retry: RetryPolicy?
    /// Which pages of other origins may read the answers; nil leaves that to the backend.
    package let cors: CORSPolicy?
    /// By what of a request its backend is chosen instead of by chance.
    package let sticky: StickyKey?
    /// Who gets copies of its requests.
    package let mirrors: [MirrorRule]
    /// Whether its requests have lines in the access log.
    package let logsAccess: Bool
    /// What is wrong with its references, whatever Services there are.
    package let faults: [BackendFault]

    package init(
        route: ObjectKey,
        matches: [RouteMatch],
        requestHeaders: HeaderChange = HeaderChange(),
        responseHeaders: HeaderChange = HeaderChange(),
        rewrite: URLRewrite = URLRewrite(),
        redirect: RouteRedirect? = nil,
        backends: [WeightedBackend],
        requestTimeout: Duration? = nil,
        backendTimeout: Duration? = nil,
        retry: RetryPolicy? = nil,
        cors: CORSPolicy? = nil,
        sticky: StickyKey? = nil,
        mirrors: [MirrorRule] = [],
        logsAccess: Bool = false,
        faults: [BackendFault] = []
    ) {
        self.route = route
        self.matches = matches
        self.requestHeaders = requestHeaders
        self.responseHeaders = responseHeaders
        self.rewrite = rewrite
        self.redirect = redirect
        self.backends = backends
        self.requestTimeout = requestTimeout
        self.backendTimeout = backendTimeout
        self.retry = retry
        self.cors = cors
        self.sticky = sticky
        self.mirrors = mirrors
        self.logsAccess = logsAccess
        self.faults = faults
    }

    /// What holds for requests that name a Service and no route: all go there as they are.
    package static func passing(to backend: BackendKey) -> RouteRule {
        RouteRule(route: backend.service, matches: [RouteMatch()], backends: [WeightedBackend(backend)])
    }
}

/// The port of a Service, as routes name it.
package struct BackendKey: Hashable, Sendable, CustomStringConvertible {
    package let service: ObjectKey
    package let port: Int

    package init(service: ObjectKey, port: Int) {
        self.service = service
        self.port = port
    }

    package var description: String { "\(service):\(port)" }
}

/// A Service and its part of a rule's requests.
package struct WeightedBackend: Equatable, Sendable {
    package let backend: BackendKey
    /// The part, relative to the sum of the rule's weights; 0 gets nothing.
    package let weight: Int
    /// What is done to the headers of its requests and answers besides what the rule does.
    package let requestHeaders: HeaderChange
    package let responseHeaders: HeaderChange
    /// Whether it leads nowhere whatever Services there are: its part of the requests is refused.
    package let isFaulty: Bool

    package init(
        _ backend: BackendKey,
        weight: Int = 1,
        requestHeaders: HeaderChange = HeaderChange(),
        responseHeaders: HeaderChange = HeaderChange(),
        isFaulty: Bool = false
    ) {
        self.backend = backend
        self.weight = weight
        self.requestHeaders = requestHeaders
        self.responseHeaders = responseHeaders
        self.isFaulty = isFaulty
    }
}

/// What is wrong with a reference to a backend, as the condition ResolvedRefs says it.
package struct BackendFault: Error, Equatable, Sendable {
    /// The condition's reason.
    package enum Reason: String, Sendable {
        case invalidKind = "InvalidKind"
        case notPermitted = "RefNotPermitted"
        case notFound = "BackendNotFound"
    }

    package let reason: Reason
    package let message: String
}

/// A RequestHeaderModifier or ResponseHeaderModifier.
package struct HeaderChange: Equatable, Sendable {
    package var replaced: [Header] = []
    package var added: [Header] = []
    /// Names in lower case.
    package var removed: [String] = []

    /// A header's name and value.
    package struct Header: Equatable, Sendable {
        package let name: String
        package let value: String
    }

    package init() {}

    package var isEmpty: Bool { replaced.isEmpty && added.isEmpty && removed.isEmpty }
}

/// What a request must be like.
package struct RouteMatch: Equatable, Sendable {
    package var path: PathMatch
    /// `GET`; nil takes any method.
    package var method: String?
    package var headers: [ValueMatch]
    package var query: [ValueMatch]

    package init(path: PathMatch = .any, method: String? = nil, headers: [ValueMatch] = [], query: [ValueMatch] = []) {
        self.path = path
        self.method = method
        self.headers = headers
        self.query = query
    }
}

/// How a path is compared.
package enum PathMatch: Equatable, Sendable {
    /// Every path.
    case any
    /// This path and no other.
    case exact(String)
    /// This path and those below it, by whole segments; without a slash at the end.
    case prefix(String)
    /// Paths that the expression matches.
    case expression(Expression)

    /// Bytes of the path that are the prefix; those of other ways to match are none.
    package var prefixCount: Int {
        guard case .prefix(let prefix) = self else { return 0 }
        return prefix.utf8.count
    }

    package static func == (left: PathMatch, right: PathMatch) -> Bool {
        switch (left, right) {
        case (.any, .any): true
        case (.exact(let left), .exact(let right)), (.prefix(let left), .prefix(let right)): left == right
        case (.expression(let left), .expression(let right)): left.pattern == right.pattern
        default: false
        }
    }
}

/// How the value of a header or of a query's name is compared.
package struct ValueMatch: Equatable, Sendable {
    /// The name; header names in lower case.
    package let name: String
    /// The whole value, or an expression that it must match.
    package let value: Value

    /// What the value is held against.
    package enum Value: Equatable, Sendable {
        case exact(String)
        case expression(Expression)

        package static func == (left: Value, right: Value) -> Bool {
            switch (left, right) {
            case (.exact(let left), .exact(let right)): left == right
            case (.expression(let left), .expression(let right)): left.pattern == right.pattern
            default: false
            }
        }
    }

    package init(name: String, value: Value) {
        self.name = name
        self.value = value
    }
}
