package import Base
package import KubeClient
import KubeModel

/// The controllers of the KServe kinds: they see InferenceServices and write what carries them out.
package struct Controllers: Sendable {
    private let caches: Caches
    private let inferenceServices: InferenceServiceController
    private let inferenceGraphs: InferenceGraphController

    /// - Parameter api: the API to watch and write; whose it is does not matter.
    package init(api: any KubernetesAPI, time: any TimeSource = SystemTime()) {
        caches = Caches(api, time: time)
        inferenceServices = InferenceServiceController(api, caches, time: time)
        inferenceGraphs = InferenceGraphController(api, caches, time: time)
    }

    /// Works until the task is cancelled.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for informer in caches.all { group.addTask { try await informer.run() } }
            group.addTask {
                // A cache that is still empty would look like a cluster without objects.
                for informer in caches.all { await informer.synced() }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await inferenceServices.run() }
                    group.addTask { try await inferenceGraphs.run() }
                    for try await _ in group {}
                }
            }
            for try await _ in group {}  // the first part that fails ends the others
        }
    }
}
