import Base
import KubeClient
import KubeModel

/// What not every cluster can do.
package struct ServedKinds: Equatable, Sendable {
    /// Whether replicas can follow the load.
    package var podAutoscalers: Bool
    /// Whether there is Knative's serving.
    package var knativeServices: Bool
    /// Whether replicas can follow triggers.
    package var scaledObjects: Bool
    /// Whether a revision may begin without a replica.
    package var allowsZeroInitialScale = false

    package init(podAutoscalers: Bool = true, knativeServices: Bool = true, scaledObjects: Bool = true) {
        self.podAutoscalers = podAutoscalers
        self.scaledObjects = scaledObjects
        self.knativeServices = knativeServices
    }

    /// Reads the definitions that `informers` follow, and Knative's settings of its autoscaler.
    init(_ informers: [Informer], scaling: KubeObject?) {
        func isServed(_ resource: ResourceID) -> Bool {
            let key = ObjectKey(name: resource.qualified)
            return informers.contains { $0.get(key)?.isTerminating == false }
        }
        podAutoscalers = isServed(.podAutoscalers)
        knativeServices = isServed(.knativeServices)
        scaledObjects = isServed(.scaledObjects)
        allowsZeroInitialScale = scaling?["data"]["allow-zero-initial-scale"].string == "true"
    }

    /// The collections that are asked about.
    static let resources: [ResourceID] = [.podAutoscalers, .knativeServices, .scaledObjects]
}
