import Base
package import KubeModel

/// Who owns whom: of every object its identity, its owners and what holds it, and of every owner its dependents.
package struct OwnerGraph {
    /// Where an object is found.
    package struct Place: Hashable {
        let resource: ResourceID
        let key: ObjectKey
    }

    /// What the collector needs to know of an object.
    package struct Node: Equatable {
        let place: Place
        /// Its uid.
        package let uid: String
        let owners: [OwnerReference]
        let isTerminating: Bool
        let finalizers: [String]

        package init(_ object: KubeObject, _ resource: ResourceID) {
            place = Place(resource: resource, key: object.key)
            uid = object.uid
            owners = object.ownerReferences
            isTerminating = object.isTerminating
            finalizers = object.finalizers.filter { $0 == Finalizer.foreground || $0 == Finalizer.orphan }
        }

        /// Whether it stays only until its dependents are gone.
        var waitsForDependents: Bool { isTerminating && finalizers.contains(Finalizer.foreground) }
        /// Whether it stays only until its dependents have forgotten it.
        var orphansDependents: Bool { isTerminating && finalizers.contains(Finalizer.orphan) }
    }

    /// The finalizers by which an owner says what becomes of its dependents.
    enum Finalizer {
        static let foreground = "foregroundDeletion"
        static let orphan = "orphan"
    }

    private var nodes: [String: Node] = [:]
    private var dependents: [String: Set<String>] = [:]

    package init() {}

    /// The object with this uid, if it is known.
    package subscript(uid: String) -> Node? { nodes[uid] }

    /// The objects that name `uid` as an owner.
    func dependents(of uid: String) -> [Node] {
        (dependents[uid] ?? []).compactMap { nodes[$0] }.sorted { $0.uid < $1.uid }
    }

    /// Takes in a new or changed object; returns the uids that are to be judged because of it.
    package mutating func set(_ node: Node) -> [String] {
        let before = nodes.updateValue(node, forKey: node.uid)
        if before == node { return [] }
        let was = Set(before?.owners.map(\.uid) ?? [])
        let now = Set(node.owners.map(\.uid))
        for owner in was.subtracting(now) { unlink(node.uid, from: owner) }
        for owner in now.subtracting(was) { dependents[owner, default: []].insert(node.uid) }
        var judged: [String] = []
        if !node.owners.isEmpty || node.isTerminating { judged.append(node.uid) }
        // An owner that waits for this one may have one less to wait for.
        judged += was.union(now).filter { nodes[$0]?.isTerminating ?? false }
        if node.waitsForDependents, before?.waitsForDependents != true {
            judged += dependents(of: node.uid).map(\.uid)
        }
        return judged
    }

    /// Takes out a deleted object; returns the uids that are to be judged because of it.
    package mutating func remove(_ uid: String) -> [String] {
        guard let node = nodes.removeValue(forKey: uid) else { return [] }
        for owner in node.owners { unlink(uid, from: owner.uid) }
        return dependents(of: uid).map(\.uid) + node.owners.map(\.uid).filter { nodes[$0]?.isTerminating ?? false }
    }

    private mutating func unlink(_ uid: String, from owner: String) {
        dependents[owner]?.remove(uid)
        if dependents[owner]?.isEmpty ?? false { dependents[owner] = nil }
    }
}

extension OwnerGraph.Node {
    /// Whether it holds back the deletion of its owner.
    func blocks(_ owner: String) -> Bool {
        owners.contains { $0.uid == owner && $0.blocksOwnerDeletion }
    }
}
