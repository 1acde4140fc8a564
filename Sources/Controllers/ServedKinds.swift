import KubeClient
import KubeModel

/// Which of the kinds that not every cluster has the API serves.
package struct ServedKinds: Equatable, Sendable {
    /// Whether replicas can follow the load.
    package var podAutoscalers: Bool
    /// Whether there is Knative's serving.
    package var knativeServices: Bool

    package init(podAutoscalers: Bool = true, knativeServices: Bool = true) {
        self.podAutoscalers = podAutoscalers
        self.knativeServices = knativeServices
    }

    /// Reads the definitions that `informers` follow.
    init(_ informers: [Informer]) {
        func isServed(_ resource: ResourceID) -> Bool {
            let key = ObjectKey(name: resource.qualified)
            return informers.contains { $0.get(key)?.isTerminating == false }
        }
        podAutoscalers = isServed(.podAutoscalers)
        knativeServices = isServed(.knativeServices)
    }

    /// The collections that are asked about.
    static let resources: [ResourceID] = [.podAutoscalers, .knativeServices]
}
