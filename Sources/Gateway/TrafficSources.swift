import Base
import KubeClient
import KubeModel
import Synchronization

/// The collections that traffic depends on, and one signal for all their changes: many changes at once are one.
///
/// Endpoints come and go much oftener than routes; where nothing else has changed, what was made of routes still holds.
final class TrafficSources: Sendable {
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
    /// Whether more than endpoints and their scaling has changed since the last look.
    private let hasNewRules = Atomic<Bool>(true)

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
            let isOfRules = informer !== slices && informer !== podAutoscalers
            informer.onChange { [weak self] before, after in
                // What an experiment tells in its status changes no traffic.
                if informer.resource == .experiments, before?.spec == after?.spec { return }
                if isOfRules { self?.hasNewRules.store(true, ordering: .sequentiallyConsistent) }
                self?.continuation.yield()
            }
        }
        continuation.yield()
    }

    var all: [Informer] {
        [
            classes, gateways, routes, grpcRoutes, grants, secrets, namespaces, services, slices, podAutoscalers,
            experiments,
        ]
    }

    /// Makes `changes` yield once more, with everything as new.
    func signal() {
        hasNewRules.store(true, ordering: .sequentiallyConsistent)
        continuation.yield()
    }

    /// The objects of now; nil where only endpoints and their scaling have changed since the last look.
    func objectsWithNewRules() -> TrafficObjects? {
        hasNewRules.exchange(false, ordering: .sequentiallyConsistent) ? objects() : nil
    }

    /// What was there before, with the endpoints of now.
    func objects(after last: TrafficObjects) -> TrafficObjects {
        last.with(slices: slices.list(), podAutoscalers: podAutoscalers.list())
    }

    private func objects() -> TrafficObjects {
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
