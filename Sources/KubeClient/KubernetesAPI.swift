package import Base
package import KubeModel

/// The one way in which Roost's parts see and change the world: a Kubernetes API, in this process or over HTTPS.
///
/// Every failure is an `APIStatus`; a server that cannot be reached is one with reason `serviceUnavailable`.
package protocol KubernetesAPI: Sendable {
    /// One object, or one subresource of it (`status`, `scale`).
    func get(_ resource: ResourceID, _ key: ObjectKey, subresource: String?) async throws(APIStatus) -> KubeObject

    /// The objects of a collection; `namespace` nil means all namespaces.
    func list(_ resource: ResourceID, namespace: String?, _ options: ListOptions) async throws(APIStatus) -> ObjectList

    /// The changes of a collection after `options.resourceVersion`; empty means: first all objects as `added`.
    ///
    /// The stream throws an `APIStatus`: reason `expired` tells the reader to list again.
    func watch(
        _ resource: ResourceID,
        namespace: String?,
        _ options: ListOptions
    ) async throws(APIStatus) -> AsyncThrowingStream<WatchEvent, any Error>

    /// Stores a new object; `metadata.generateName` is completed by the server.
    func create(_ resource: ResourceID, _ object: KubeObject) async throws(APIStatus) -> KubeObject

    /// Replaces an object, or its `status`; a resourceVersion in the object must be the stored one.
    func update(_ resource: ResourceID, _ object: KubeObject, subresource: String?) async throws(APIStatus)
        -> KubeObject

    /// Changes an object, or its `status` or `scale`, by a patch.
    func patch(
        _ resource: ResourceID,
        _ key: ObjectKey,
        _ patch: Patch,
        subresource: String?
    ) async throws(APIStatus) -> KubeObject

    /// Deletes an object, or starts its deletion where finalizers or a grace period hold it.
    func delete(_ resource: ResourceID, _ key: ObjectKey, _ options: DeleteOptions) async throws(APIStatus)

    /// A token for a service account: the answered TokenRequest.
    func createToken(for account: ObjectKey, _ request: JSON) async throws(APIStatus) -> JSON
}

/// What to list or watch.
package struct ListOptions: Sendable {
    /// `a=b,c in (d)`; empty selects everything.
    package var labelSelector: String
    /// `metadata.name=x`; empty selects everything.
    package var fieldSelector: String
    /// For a watch: the version after which changes are wanted.
    package var resourceVersion: String
    /// For metrics: which series count; empty takes all.
    package var metricLabelSelector = ""

    package init(labelSelector: String = "", fieldSelector: String = "", resourceVersion: String = "") {
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
        self.resourceVersion = resourceVersion
    }
}

/// A list and the version it was true at.
package struct ObjectList: Sendable {
    package let items: [KubeObject]
    package let resourceVersion: String

    package init(items: [KubeObject], resourceVersion: String) {
        self.items = items
        self.resourceVersion = resourceVersion
    }
}

/// One change that a watch tells.
package enum WatchEvent: Sendable {
    case added(KubeObject)
    case modified(KubeObject)
    /// The object's last state.
    case deleted(KubeObject)
    /// Nothing changed up to this version; `initialEventsEnd` closes the first burst of a streaming list.
    case bookmark(resourceVersion: String, initialEventsEnd: Bool)
}

/// A patch and how it is meant.
package enum Patch: Sendable {
    /// RFC 7386.
    case merge(JSON)
    /// RFC 6902.
    case json(JSON)
    /// Kubernetes' strategic merge; built-in kinds only.
    case strategic(JSON)
}

/// How to delete.
package struct DeleteOptions: Sendable {
    /// What becomes of dependents.
    package enum Propagation: String, Sendable {
        case background = "Background"
        case foreground = "Foreground"
        case orphan = "Orphan"
    }

    /// Nil leaves it to the kind's default.
    package var propagation: Propagation?
    /// Seconds that a pod is given to end; nil means what the pod says.
    package var gracePeriodSeconds: Int?
    /// Delete only the object with this uid.
    package var uid: String?
    /// Delete only at this version.
    package var resourceVersion: String?

    package init(
        propagation: Propagation? = nil,
        gracePeriodSeconds: Int? = nil,
        uid: String? = nil,
        resourceVersion: String? = nil
    ) {
        self.propagation = propagation
        self.gracePeriodSeconds = gracePeriodSeconds
        self.uid = uid
        self.resourceVersion = resourceVersion
    }
}

extension KubernetesAPI {
    /// An API that issues no tokens.
    package func createToken(for account: ObjectKey, _ request: JSON) async throws(APIStatus) -> JSON {
        throw .notFound(.serviceAccounts, account.name)
    }

    package func get(_ resource: ResourceID, _ key: ObjectKey) async throws(APIStatus) -> KubeObject {
        try await get(resource, key, subresource: nil)
    }

    /// The object, or nil where there is none.
    package func find(_ resource: ResourceID, _ key: ObjectKey) async throws(APIStatus) -> KubeObject? {
        do throws(APIStatus) {
            return try await get(resource, key, subresource: nil)
        } catch {
            if error.reason == .notFound { return nil }
            throw error
        }
    }

    package func list(_ resource: ResourceID, namespace: String? = nil) async throws(APIStatus) -> ObjectList {
        try await list(resource, namespace: namespace, ListOptions())
    }

    package func update(_ resource: ResourceID, _ object: KubeObject) async throws(APIStatus) -> KubeObject {
        try await update(resource, object, subresource: nil)
    }

    /// Writes the `status` of an object.
    package func updateStatus(_ resource: ResourceID, _ object: KubeObject) async throws(APIStatus) -> KubeObject {
        try await update(resource, object, subresource: "status")
    }

    package func patch(_ resource: ResourceID, _ key: ObjectKey, _ patch: Patch) async throws(APIStatus) -> KubeObject {
        try await self.patch(resource, key, patch, subresource: nil)
    }

    package func delete(_ resource: ResourceID, _ key: ObjectKey) async throws(APIStatus) {
        try await delete(resource, key, DeleteOptions())
    }
}
