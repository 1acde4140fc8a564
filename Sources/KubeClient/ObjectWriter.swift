import Base
package import KubeModel

/// Brings objects to what a controller wants, writing only where there is a difference.
package struct ObjectWriter {
    private let api: any KubernetesAPI

    package init(api: any KubernetesAPI) { self.api = api }

    /// Creates the object or changes the stored one.
    ///
    /// - Parameter adapt: last changes to the wanted object that are no part of the wish.
    /// - Returns: the object as it is stored now.
    @discardableResult
    package func settle(
        _ wanted: KubeObject,
        _ resource: ResourceID,
        current: KubeObject?,
        adapt: (KubeObject) -> KubeObject = { $0 }
    ) async throws -> KubeObject {
        try await settle(StampedObject(wanted), resource, current: current, adapt: adapt)
    }

    /// The same for an object whose digest is known, as it is of one that is wanted again and again.
    @discardableResult
    package func settle(
        _ wanted: StampedObject,
        _ resource: ResourceID,
        current: KubeObject?,
        adapt: (KubeObject) -> KubeObject = { $0 }
    ) async throws -> KubeObject {
        let stamped = adapt(wanted.object)
        guard let current else { return try await create(stamped, resource) }
        try check(current, isOwnedLike: wanted.object)
        let carried = ObjectWriter.carried[resource] ?? []
        let changed = ObjectDifference.replacement(for: current, by: stamped, carrying: carried)
        guard let changed else { return current }
        return try await api.update(resource, changed)
    }

    /// A cache may not show yet what is there, or never: one of another owner.
    private func create(_ wanted: KubeObject, _ resource: ResourceID) async throws -> KubeObject {
        do throws(APIStatus) {
            return try await api.create(resource, wanted)
        } catch {
            if error.reason == .alreadyExists, let current = try await api.find(resource, wanted.key) {
                try check(current, isOwnedLike: wanted)
            }
            throw error
        }
    }

    /// An object of the same name may be a predecessor that is going away, or somebody else's.
    private func check(_ current: KubeObject, isOwnedLike wanted: KubeObject) throws {
        let (owner, wantedOwner) = (current.controller, wanted.controller)
        let isPredecessor = owner?.kind == wantedOwner?.kind && owner?.name == wantedOwner?.name
        if current.isTerminating || (isPredecessor && owner?.uid != wantedOwner?.uid) {
            throw APIStatus(.conflict, "\(wanted.kind) \(wanted.key) is being deleted")
        }
        guard owner?.uid == wantedOwner?.uid else { throw ForeignObject(kind: wanted.kind, key: wanted.key) }
    }

    /// Deletes an object that `owner` controls; one that is gone or going is no fault.
    package func delete(_ object: KubeObject, _ resource: ResourceID, of owner: KubeObject) async throws {
        guard object.controller?.uid == owner.uid, !object.isTerminating else { return }
        do {
            try await api.delete(resource, object.key, DeleteOptions(propagation: .background, uid: object.uid))
        } catch {
            if error.reason != .notFound { throw error }
        }
    }

    private static let carried: [ResourceID: Set<String>] = [
        .deployments: ["replicas"],
        .services: [
            "clusterIP", "clusterIPs", "type", "ipFamilies", "ipFamilyPolicy", "sessionAffinity",
            "internalTrafficPolicy",
        ],
    ]
}

/// An object that a controller wants has the name of one that somebody else controls.
package struct ForeignObject: Error, Equatable, CustomStringConvertible {
    package let kind: String
    package let key: ObjectKey

    package init(kind: String, key: ObjectKey) {
        self.kind = kind
        self.key = key
    }

    package var description: String { "\(kind) \(key) is there already and belongs to somebody else" }
}
