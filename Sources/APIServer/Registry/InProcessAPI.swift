package import Base
package import KubeClient
package import KubeModel

/// The API for parts of this process: the same rules as on the wire, without the wire.
package struct InProcessAPI: KubernetesAPI {
    private let registry: Registry
    private let options: WriteOptions
    private let log = Log("api")

    package init(_ registry: Registry) {
        self.registry = registry
        var options = WriteOptions()
        options.isOwnPart = true
        self.options = options
    }

    package func get(
        _ resource: ResourceID,
        _ key: ObjectKey,
        subresource: String?
    ) async throws(APIStatus) -> KubeObject {
        try registry.get(resource, key, subresource: subresource)
    }

    package func list(
        _ resource: ResourceID,
        namespace: String?,
        _ options: ListOptions
    ) async throws(APIStatus) -> ObjectList {
        let parts = resource.plural.split(separator: "/").map(String.init)
        if let request = MetricRequest(group: resource.group, parts: parts, namespace: namespace, options) {
            return ObjectList(items: try await registry.values(of: request), resourceVersion: "")
        }
        return try registry.list(resource, namespace: namespace, options)
    }

    package func watch(
        _ resource: ResourceID,
        namespace: String?,
        _ options: ListOptions
    ) async throws(APIStatus) -> AsyncThrowingStream<WatchEvent, any Error> {
        do throws(APIStatus) {
            return try registry.watch(resource, namespace: namespace, options, bookmarks: true)
        } catch {
            // On the wire a version that is too old is told inside the stream; here too, so that readers have one way.
            guard error.reason == .expired else { throw error }
            return AsyncThrowingStream { $0.finish(throwing: error) }
        }
    }

    package func create(_ resource: ResourceID, _ object: KubeObject) async throws(APIStatus) -> KubeObject {
        tell(try await registry.create(resource, namespace: object.namespace, object, options), resource)
    }

    package func update(
        _ resource: ResourceID,
        _ object: KubeObject,
        subresource: String?
    ) async throws(APIStatus) -> KubeObject {
        tell(try await registry.update(resource, object.key, object, subresource: subresource, options), resource)
    }

    package func patch(
        _ resource: ResourceID,
        _ key: ObjectKey,
        _ patch: Patch,
        subresource: String?
    ) async throws(APIStatus) -> KubeObject {
        tell(try await registry.patch(resource, key, patch, subresource: subresource, options), resource)
    }

    package func delete(_ resource: ResourceID, _ key: ObjectKey, _ options: DeleteOptions) async throws(APIStatus) {
        _ = try await registry.delete(resource, key, options)
    }

    package func createToken(for account: ObjectKey, _ request: JSON) async throws(APIStatus) -> JSON {
        try registry.issueToken(for: account, request)
    }

    /// Warnings have no reader in process: a part that writes fields which its kind lacks shows in the log.
    private func tell(_ written: Written, _ resource: ResourceID) -> KubeObject {
        for warning in written.warnings {
            let key = written.object.key.description
            log.warning("write with a warning", ["resource": resource.qualified, "object": key, "warning": warning])
        }
        return written.object
    }
}
