import Base
import KubeClient
package import KubeModel
import Synchronization

/// A kind that the API serves, as far as one must know it to reach its objects.
package struct ServedKind: Hashable, Sendable {
    /// The collection, in the version that is stored.
    package let resource: ResourceID
    /// What objects say in `kind`.
    package let kind: String
    /// Whether its objects live in namespaces.
    package let isNamespaced: Bool

    init(resource: ResourceID, kind: String, isNamespaced: Bool) {
        self.resource = resource
        self.kind = kind
        self.isNamespaced = isNamespaced
    }

    /// The kind that a CustomResourceDefinition brings, in its stored version; nil until it is established.
    package init?(definition: KubeObject) {
        guard Conditions(definition.status["conditions"]).isTrue("Established"), !definition.isTerminating,
            let group = definition.spec["group"].string, let plural = definition.spec["names"]["plural"].string,
            let kind = definition.spec["names"]["kind"].string
        else { return nil }
        let served = (definition.spec["versions"].array ?? []).filter { $0["served"].bool ?? false }
        let chosen = served.first { $0["storage"].bool ?? false } ?? served.first
        guard let version = chosen?["name"].string else { return nil }
        resource = ResourceID(group, version, plural)
        self.kind = kind
        isNamespaced = definition.spec["scope"].string == "Namespaced"
    }

    /// Where an object of this kind is, named by something in `namespace`.
    func key(_ name: String, in namespace: String?) -> ObjectKey {
        ObjectKey(namespace: isNamespaced ? namespace : nil, name: name)
    }
}

/// All kinds that the API serves: the built-in ones and those of the CustomResourceDefinitions there are now.
final class ServedKinds: Sendable {
    private let builtIn: [ServedKind]
    private let definitions: Informer

    init(builtIn: [ResourceType], definitions: Informer) {
        // Another version of what is stored under a first one would show every object twice.
        self.builtIn = builtIn.filter { $0.conversion == nil }.map {
            ServedKind(resource: $0.id, kind: $0.kind, isNamespaced: $0.isNamespaced)
        }
        self.definitions = definitions
    }

    var all: [ServedKind] { builtIn + definitions.list().compactMap { ServedKind(definition: $0) } }

    /// The kind that a reference names by apiVersion and kind, in whichever version it is stored.
    func find(apiVersion: String, kind: String) -> ServedKind? {
        let group = apiVersion.contains("/") ? String(apiVersion.prefix { $0 != "/" }) : ""
        return all.first { $0.kind == kind && $0.resource.group == group }
    }
}
