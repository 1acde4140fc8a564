import Base
package import KubeModel

/// Which objects of other namespaces may be named, by the ReferenceGrants that those namespaces have: pure.
package struct ReferenceGrants: Sendable {
    /// Who names somebody, or is named.
    package struct Kind: Hashable, Sendable {
        package let group: String
        package let kind: String

        package init(group: String, kind: String) {
            self.group = group
            self.kind = kind
        }

        package static let gateway = Kind(group: "gateway.networking.k8s.io", kind: "Gateway")
        package static let secret = Kind(group: "", kind: "Secret")
        package static let service = Kind(group: "", kind: "Service")

        /// A route of this kind.
        package static func route(_ kind: String) -> Kind { Kind(group: gateway.group, kind: kind) }
    }

    private struct From: Hashable {
        let kind: Kind
        let namespace: String
        /// The namespace that grants.
        let granting: String
    }

    private struct To {
        let kind: Kind
        /// Nil is every name.
        let name: String?
    }

    private var granted: [From: [To]] = [:]

    package init(_ grants: [KubeObject]) {
        for grant in grants {
            let to = (grant.spec["to"].array ?? []).map { To(kind: Kind($0), name: $0["name"].string) }
            for from in grant.spec["from"].array ?? [] {
                let key = From(
                    kind: Kind(from),
                    namespace: from["namespace"].string ?? "",
                    granting: grant.namespace ?? ""
                )
                granted[key, default: []] += to
            }
        }
    }

    /// Whether an object of `namespace` may name `key`; within a namespace everybody may.
    package func allow(_ from: Kind, in namespace: String?, to kind: Kind, _ key: ObjectKey) -> Bool {
        guard let namespace, let granting = key.namespace, namespace != granting else { return true }
        let found = granted[From(kind: from, namespace: namespace, granting: granting)] ?? []
        return found.contains { $0.kind == kind && ($0.name == nil || $0.name == key.name) }
    }
}

extension ReferenceGrants.Kind {
    fileprivate init(_ reference: JSON) {
        self.init(group: reference["group"].string ?? "", kind: reference["kind"].string ?? "")
    }
}
