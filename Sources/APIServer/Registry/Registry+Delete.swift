import Base
package import KubeClient
package import KubeModel

extension Registry {
    /// Deletes an object, or marks it as going where something must happen before.
    package func delete(
        _ resource: ResourceID,
        _ key: ObjectKey,
        _ options: DeleteOptions = DeleteOptions(),
        isDryRun: Bool = false
    ) async throws(APIStatus) -> Deleted {
        let kind = try kind(resource)
        for _ in 0..<APIServerLimits.updateAttemptsMax {
            let current = try stored(kind, key)
            try Precondition.check(uid: options.uid, version: options.resourceVersion, of: current.object, kind)
            let step = try Deletion.decide(current.object, kind, options, now: time.wall())
            do throws(CommitFault) {
                return try await perform(step, on: current, kind, isDryRun: isDryRun)
            } catch {
                if let status = error.status { throw status }
            }
        }
        throw .conflict(kind.id, key.name)
    }

    /// Deletes the selected objects of a collection one by one; answers with those that it found.
    package func deleteCollection(
        _ resource: ResourceID,
        namespace: String?,
        _ selection: ListOptions,
        _ options: DeleteOptions = DeleteOptions(),
        isDryRun: Bool = false
    ) async throws(APIStatus) -> ObjectList {
        let found = try list(resource, namespace: namespace, selection)
        for object in found.items {
            do throws(APIStatus) {
                _ = try await delete(resource, object.key, options, isDryRun: isDryRun)
            } catch {
                if error.reason != .notFound { throw error }
            }
        }
        return ObjectList(items: found.items, resourceVersion: String(store.revision))
    }

    private func perform(
        _ step: Deletion,
        on current: StoredObject,
        _ kind: ServedKind,
        isDryRun: Bool
    ) async throws(CommitFault) -> Deleted {
        switch step {
        case .underWay: return .pending(kind.present(current.object))
        case .remove(let last):
            if !isDryRun { try await remove(current, kind) }
            return .gone(kind.present(last))
        case .mark(let object):
            if isDryRun { return .pending(kind.present(object)) }
            let write = StoreWrite(
                kind.key(object.key),
                expected: .revision(current.revision),
                object: object,
                durability: kind.stored.durability
            )
            return .pending(kind.present(try await commit(write, kind).object))
        }
    }

    private func remove(_ current: StoredObject, _ kind: ServedKind) async throws(CommitFault) {
        let write = StoreWrite(
            kind.key(current.object.key),
            expected: .revision(current.revision),
            object: nil,
            durability: kind.stored.durability
        )
        let last = try await commit(write, kind).object
        if kind.stored.id == .customResourceDefinitions { await forget(last) }
    }
}
