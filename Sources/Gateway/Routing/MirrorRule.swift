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

    /// The filter's, if its backend may be named.
    init(_ filter: JSON, of route: KubeObject, _ grants: ReferenceGrants) throws(BackendFault) {
        let fraction = filter["fraction"]
        let found = BackendKey.read(filter["backendRef"], of: route, grants)
        if let fault = found.fault { throw fault }
        self.init(
            backend: found.key,
            numerator: fraction["numerator"].int ?? filter["percent"].int ?? 100,
            denominator: fraction["denominator"].int ?? 100,
            isCompared: route.annotations[Self.compareAnnotation] == "true"
        )
    }
}
