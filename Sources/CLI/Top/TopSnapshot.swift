package import Base
package import KubeModel

/// What one look at the API and at the gateway's series shows.
package struct TopSnapshot: Sendable {
    package let at: Instant
    package let services: [KubeObject]
    package let pods: [KubeObject]
    /// PodMetrics; empty where nobody measures.
    package let usage: [KubeObject]
    package let routes: [KubeObject]
    /// What the gateway has counted, by route; nil where it cannot be read.
    package let traffic: [String: RouteTraffic]?

    package init(
        at: Instant,
        services: [KubeObject],
        pods: [KubeObject] = [],
        usage: [KubeObject] = [],
        routes: [KubeObject] = [],
        traffic: [String: RouteTraffic]? = nil
    ) {
        self.at = at
        self.services = services
        self.pods = pods
        self.usage = usage
        self.routes = routes
        self.traffic = traffic
    }

    private static let serviceLabel = "serving.kserve.io/inferenceservice"
    private static let kind = "InferenceService"

    /// The pods that run for a service.
    func pods(of service: KubeObject) -> [KubeObject] {
        pods.filter { pod in
            pod.namespace == service.namespace && pod.labels[Self.serviceLabel] == service.name && !pod.isTerminating
                && !["Succeeded", "Failed"].contains(pod.status["phase"].string)
        }
    }

    /// What came in for a service, all of its ways together; nil where nobody knows.
    ///
    /// Requests that one of its components sends to another are not counted twice: where there are several components, the
    /// routes of single ones are left out.
    func traffic(of service: KubeObject) -> RouteTraffic? {
        guard let traffic else { return nil }
        let names = ["predictor", "transformer", "explainer"]
        let isOneComponent = names.count { !service.spec[$0].isNull } == 1
        let ofComponents = Set(names.map { "\(service.name)-\($0)" })
        let own = routes.filter { route in
            route.namespace == service.namespace
                && route.ownerReferences.contains { $0.kind == Self.kind && $0.name == service.name }
                && (isOneComponent || !ofComponents.contains(route.name))
        }
        return own.compactMap { traffic[$0.key.description] }.reduce(RouteTraffic(), +)
    }

    /// What a pod's containers use together; nil where it was not measured.
    func usage(of pods: [KubeObject], _ resource: String) -> Double? {
        let keys = Set(pods.map(\.key))
        let measured = usage.filter { keys.contains($0.key) }
        guard !measured.isEmpty else { return nil }
        let containers = measured.flatMap { $0["containers"].array ?? [] }
        return containers.reduce(0) { $0 + (Quantity($1["usage"][resource])?.double ?? 0) }
    }
}
