package import Base
package import KubeClient

/// Carries out ScaledObjects as KEDA does, for the triggers that KServe writes: cpu, memory and prometheus.
package struct Keda: Sendable {
    private let informers: [Informer]
    private let controller: Controller

    package init(api: any KubernetesAPI, time: any TimeSource = SystemTime()) {
        let reconciler = ScaledObjectReconciler(api, time: time)
        controller = reconciler.makeController()
        informers = reconciler.informers
    }

    /// Works until the task is cancelled. Nothing is decided before every cache has been filled once.
    package func run() async throws {
        try await Informer.keep(informers, for: [controller.run])
    }
}
