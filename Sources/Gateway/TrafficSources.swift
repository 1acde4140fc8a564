import Base
import KubeClient
import KubeModel

/// The collections that traffic depends on, and one signal for all their changes: many changes at once are one.
struct TrafficSources: Sendable {
    private let classes: Informer
    private let gateways: Informer
    private let routes: Informer
    private let services: Informer
    private let slices: Informer
    private let podAutoscalers: Informer
    private let grpcRoutes: Informer
    private let grants: Informer
    private let secrets: Informer
    private let namespaces: Informer
    private let experiments: Informer
    /// Yields when something has changed since the last time.
    let changes: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init(_ api: any KubernetesAPI, time: any TimeSource) {
        classes = Informer(api, .gatewayClasses, time: time)
        gateways = Informer(api, .gateways, time: time)
        routes = Informer(api, .httpRoutes, time: time)
        services = Informer(api, .services, time: time)
        slices = Informer(api, .endpointSlices, time: time)
        podAutoscalers = Informer(api, .podAutoscalers, time: time)
        grpcRoutes = Informer(api, .grpcRoutes, time: time)
        grants = Informer(api, .referenceGrants, time: time)
        secrets = Informer(api, .secrets, time: time)
        namespaces = Informer(api, .namespaces, time: time)
        experiments = Informer(api, .experiments, time: time)
        (changes, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        for informer in all {
            informer.onChange { [continuation] before, after in
                // What an experiment tells in its status changes no traffic.
                if informer.resource == .experiments, before?.spec == after?.spec { return }
                continuation.yield()
            }
        }
        signal()
    }

    var all: [Informer] {
        [
            classes, gateways, routes, grpcRoutes, grants, secrets, namespaces, services, slices, podAutoscalers,
            experiments,
        ]
    }

    /// Makes `changes` yield once more.
    func signal() { continuation.yield() }

    func objects() -> TrafficObjects {
        TrafficObjects(
            classes: classes.list(),
            gateways: gateways.list(),
            routes: routes.list(),
            grpcRoutes: grpcRoutes.list(),
            services: services.list(),
            slices: slices.list(),
            podAutoscalers: podAutoscalers.list(),
            grants: grants.list(),
            secrets: secrets.list { $0["type"].string == "kubernetes.io/tls" },
            namespaces: namespaces.list(),
            experiments: experiments.list()
        )
    }
}
