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
        try await withThrowingTaskGroup(of: Void.self) { group in
            for informer in informers { group.addTask { try await informer.run() } }
            for informer in informers { await informer.synced() }
            try Task.checkCancellation()
            group.addTask { try await controller.run() }
            for try await _ in group {}  // the first part that fails ends the others
        }
    }
}
