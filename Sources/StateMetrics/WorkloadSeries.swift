import Base
import KubeModel

/// The series of what runs InferenceServices, under the names of kube-state-metrics.
struct WorkloadSeries {
    private let state: ClusterState

    init(_ state: ClusterState) { self.state = state }

    func write(into writer: inout ExpositionWriter) {
        func family(
            _ kind: String,
            _ name: String,
            _ help: String,
            _ objects: [KubeObject],
            _ count: (KubeObject) -> Int?
        ) {
            writer.family("kube_\(kind)_\(name)", help, .gauge)
            for object in objects.prefix(ClusterState.objectsMax) {
                if let count = count(object) { writer.sample(object.stateLabels(kind), count) }
            }
        }
        let (deployments, autoscalers) = (state.deployments, state.autoscalers)
        family("deployment", "spec_replicas", "Replicas that are wanted.", deployments) { $0.spec["replicas"].int ?? 1 }
        family("deployment", "status_replicas_ready", "Replicas that are ready.", deployments) {
            $0.status["readyReplicas"].int ?? 0
        }
        let kind = "horizontalpodautoscaler"
        family(kind, "spec_min_replicas", "Least replicas.", autoscalers) { $0.spec["minReplicas"].int ?? 1 }
        family(kind, "spec_max_replicas", "Most replicas.", autoscalers) { $0.spec["maxReplicas"].int }
        family(kind, "status_current_replicas", "Replicas that are there.", autoscalers) {
            $0.status["currentReplicas"].int ?? 0
        }
        family(kind, "status_desired_replicas", "Replicas that are asked for.", autoscalers) {
            $0.status["desiredReplicas"].int ?? 0
        }
        writeRestarts(into: &writer)
    }

    private func writeRestarts(into writer: inout ExpositionWriter) {
        writer.family("kube_pod_container_status_restarts_total", "Restarts of a container.", .counter)
        for pod in state.pods.prefix(ClusterState.objectsMax) {
            for container in pod.status["containerStatuses"].array ?? [] {
                let labels = pod.stateLabels("pod") + [("container", container["name"].string ?? "")]
                writer.sample(labels, max(container["restartCount"].int ?? 0, 0))
            }
        }
    }
}
