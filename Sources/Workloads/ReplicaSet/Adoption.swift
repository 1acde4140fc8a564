import Base
import KubeClient
import KubeModel

/// Writes the changes of hands that `Claims` decides.
struct Adoption: Sendable {
    let api: any KubernetesAPI

    /// Takes over and lets go; returns what the owner has then. Objects that are gone are passed over.
    func settle(_ claims: Claims, of owner: KubeObject, in resource: ResourceID) async throws(APIStatus) -> [KubeObject]
    {
        var owned = claims.owned
        for object in claims.adopted {
            var adopted = object
            adopted.setController(owner)
            let references = object.metadata["ownerReferences"].array ?? []
            let all = references + (adopted.metadata["ownerReferences"].array ?? [])
            if let taken = try await write(all, to: object, in: resource) { owned.append(taken) }
        }
        for object in claims.released {
            let others = (object.metadata["ownerReferences"].array ?? []).filter { $0["uid"].string != owner.uid }
            _ = try await write(others, to: object, in: resource)
        }
        return owned
    }

    private func write(
        _ references: [JSON],
        to object: KubeObject,
        in resource: ResourceID
    ) async throws(APIStatus) -> KubeObject? {
        let patch: JSON = [
            "metadata": [
                "uid": .string(object.uid), "resourceVersion": .string(object.resourceVersion),
                "ownerReferences": references.isEmpty ? .null : .array(references),
            ]
        ]
        do throws(APIStatus) {
            return try await api.patch(resource, object.key, .merge(patch))
        } catch {
            if error.reason == .notFound { return nil }
            throw error
        }
    }
}
