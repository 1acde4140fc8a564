import Base
import KubeModel

/// A RequestMirror filter: who gets a copy of how many of a rule's requests.
package struct MirrorRule: Equatable, Sendable {
    package let backend: BackendKey
    /// Of so many requests …
    package let denominator: Int
    /// … so many are copied.
    package let numerator: Int
    /// Whether the copies' answers are held against the answers that clients get.
    package let isCompared: Bool

    /// The annotation of a route that asks for the comparison.
    private static let compareAnnotation = "roost.dev/mirror-compare"

    package init(backend: BackendKey, numerator: Int = 100, denominator: Int = 100, isCompared: Bool = false) {
        self.backend = backend
        self.denominator = max(1, denominator)
        self.numerator = min(max(0, numerator), self.denominator)
        self.isCompared = isCompared
    }

    /// Nil where the filter names no Service.
    init?(_ filter: JSON, of route: KubeObject) {
        let reference = filter["backendRef"]
        guard (reference["kind"].string ?? "Service") == "Service", let name = reference["name"].string,
            let port = reference["port"].int
        else { return nil }
        let service = ObjectKey(namespace: reference["namespace"].string ?? route.namespace, name: name)
        let fraction = filter["fraction"]
        self.init(
            backend: BackendKey(service: service, port: port),
            numerator: fraction["numerator"].int ?? filter["percent"].int ?? 100,
            denominator: fraction["denominator"].int ?? 100,
            isCompared: route.annotations[Self.compareAnnotation] == "true"
        )
    }
}
