import Base
import KubeClient
import KubeModel

/// Stores what a reconciler has found: the status, where it has changed.
struct StatusWriter {
    let api: any KubernetesAPI

    /// - Returns: whether there was a difference.
    @discardableResult
    func store(_ status: JSON, of stored: KubeObject, _ resource: ResourceID) async throws -> Bool {
        var object = stored
        object.status = status
        object.status["observedGeneration"] = .int(Int64(stored.generation))
        guard object.status != stored.status else { return false }
        _ = try await api.updateStatus(resource, object)
        return true
    }
}
