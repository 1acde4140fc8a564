import Base
package import KServeModel
package import KubeModel
package import Net

/// A ready pod of the service that a monitor is about, and where its model server answers.
package struct WatchedPod: Equatable, Sendable {
    package let address: SocketAddress

    /// The port of a server that names none.
    private static let usualPort = 8080

    /// Nil where it is another one's, another version's, or not ready.
    package init?(_ pod: KubeObject, _ monitor: DriftMonitor) {
        let labels = pod.labels
        guard pod.namespace == monitor.namespace, labels[LabelKey.inferenceService] == monitor.service.name,
            labels[LabelKey.component] == "predictor", !pod.isTerminating,
            Conditions(pod.status["conditions"]).isTrue("Ready")
        else { return nil }
        if let version = monitor.version {
            let workload = WorkloadName.predictor(monitor.service.name, variant: version)
            let own = [labels[LabelKey.app], labels["serving.knative.dev/service"]]
            guard own.contains(WorkloadName.appLabel(workload)) || own.contains(workload) else { return nil }
        }
        let containers = pod.spec["containers"].array ?? []
        let server = containers.first { $0["name"].string == ContainerName.kserve }
        let port = server?["ports"][0]["containerPort"].int ?? WatchedPod.usualPort
        guard let host = pod.status["podIP"].string, let address = SocketAddress(host: host, port: port) else {
            return nil
        }
        self.address = address
    }
}
