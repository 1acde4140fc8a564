import KubeModel

/// The kinds that are served, in the order in which discovery tells them.
struct Catalog {
    private(set) var types: [ResourceType] = []
    private var byID: [ResourceID: ResourceType] = [:]
    private var groups: Set<String> = []
    /// Kinds that no definition changes or takes away.
    private let builtIn: Set<ResourceID>

    init(_ builtIn: [ResourceType]) {
        self.builtIn = Set(builtIn.map(\.id))
        for type in builtIn { insert(type) }
    }

    subscript(id: ResourceID) -> ServedKind? {
        guard let type = byID[id] else { return nil }
        let stored = type.conversion.map { $0.stored } ?? id
        return ServedKind(served: type, stored: byID[stored] ?? type)
    }

    /// Whether a group, or a version of it, is served: an unknown path in a known group is told in another way.
    func serves(group: String, version: String) -> Bool { groups.contains("\(group)/\(version)") }

    /// Serves a definition's kind from now on; one with the same name is replaced in its place.
    mutating func add(_ type: ResourceType) { if !builtIn.contains(type.id) { insert(type) } }

    private mutating func insert(_ type: ResourceType) {
        if byID.updateValue(type, forKey: type.id) != nil {
            types = types.map { $0.id == type.id ? type : $0 }
        } else {
            types.append(type)
        }
        groups.insert("\(type.id.group)/\(type.id.version)")
    }

    /// Ends the service of definitions' kinds.
    mutating func remove(where isGone: (ResourceType) -> Bool) {
        types.removeAll { !builtIn.contains($0.id) && isGone($0) }
        byID = Dictionary(uniqueKeysWithValues: types.map { ($0.id, $0) })
        groups = Set(types.map { "\($0.id.group)/\($0.id.version)" })
    }
}

/// A kind in the version that a client asked for, and in the one that the store keeps.
struct ServedKind: Sendable {
    let served: ResourceType
    let stored: ResourceType

    var id: ResourceID { served.id }
    /// Where its objects live in the store.
    var collection: String { stored.id.qualified }

    func key(_ object: ObjectKey) -> StoreKey { StoreKey(collection: collection, object: object) }

    /// An object as clients of this version see it.
    func present(_ object: KubeObject) -> KubeObject { served.conversion?.fromStored(object) ?? object }

    /// An object as the store keeps it.
    func storable(_ object: KubeObject) -> KubeObject { served.conversion?.toStored(object) ?? object }
}
