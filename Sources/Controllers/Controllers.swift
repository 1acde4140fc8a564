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
        try await Informer.keep(caches.all, for: [inferenceServices.run, inferenceGraphs.run])
    }
}
