import Base
import KubeClient
import KubeModel
import Synchronization

/// The collections that traffic depends on, and what has changed in them since the last look; many changes at once are one
/// signal.
///
/// What changes no traffic is no change: statuses of routes and Gateways, which the gateway writes itself, the figures that a
/// PodAutoscaler tells every other second.
final class TrafficSources: Sendable {
    private let classes: Informer
    private let gateways: Informer
    private let routes: [Informer]
    private let services: Informer
    private let slices: Informer
    private let podAutoscalers: Informer
    private let grants: Informer
    private let secrets: Informer
    private let namespaces: Informer
    private let experiments: Informer
    /// Yields when something has changed since the last time.
    let changes: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let news = Mutex(News())

    /// What has changed since the last look.
    struct News {
        var routes: Set<RouteKey> = []
        var services: Set<ObjectKey> = []
        var slices: Set<ObjectKey> = []
        var podAutoscalers: Set<ObjectKey> = []
        var hasNewAttachments = true
        var hasNewExperiments = true
        /// Routes of which only the status has changed.
        var statuses: Set<RouteKey> = []
    }

    init(_ api: any KubernetesAPI, time: any TimeSource) {
        classes = Informer(api, .gatewayClasses, time: time)
        gateways = Informer(api, .gateways, time: time)
        routes = [ResourceID.httpRoutes, .grpcRoutes].map { Informer(api, $0, time: time) }
        services = Informer(api, .services, time: time)
        slices = Informer(api, .endpointSlices, time: time)
        podAutoscalers = Informer(api, .podAutoscalers, time: time)
        grants = Informer(api, .referenceGrants, time: time)
        secrets = Informer(api, .secrets, time: time)
        namespaces = Informer(api, .namespaces, time: time)
        experiments = Informer(api, .experiments, time: time)
        (changes, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        listen()
        continuation.yield()
    }

    var all: [Informer] {
        [classes, gateways] + routes + [grants, secrets, namespaces, services, slices, podAutoscalers, experiments]
    }

    /// What has changed since the last look.
    func takeNews() -> News {
        news.withLock { news in
            defer {
                news = News()
                (news.hasNewAttachments, news.hasNewExperiments) = (false, false)
            }
            return news
        }
    }

    // MARK: objects

    func route(_ key: RouteKey) -> KubeObject? { routes.first { $0.resource == key.resource }?.get(key.key) }
    func service(_ key: ObjectKey) -> KubeObject? { services.get(key) }

    /// The classes that this gateway carries out.
    var servedClasses: [KubeObject] { classes.list(where: RouteStatus.serves) }

    /// The Gateways of these classes.
    var servedGateways: [KubeObject] {
        let served = Set(servedClasses.map(\.name))
        return gateways.list { served.contains($0.spec["gatewayClassName"].string ?? "") }
    }

    /// What traffic has to follow.
    func changes(of news: News) -> [TrafficChange] {
        var changes: [TrafficChange] = []
        if news.hasNewAttachments { changes.append(.attachments(attachments)) }
        if news.hasNewExperiments { changes.append(.experiments(experiments.list())) }
        changes += news.routes.map { .route($0, route($0)) }
        changes += news.services.map { .service($0, services.get($0)) }
        changes += news.slices.map { .slice($0, slices.get($0)) }
        changes += news.podAutoscalers.map { .podAutoscaler($0, podAutoscalers.get($0)) }
        return changes
    }

    private var attachments: RouteAttachments {
        RouteAttachments(
            gateways: servedGateways,
            GatewayListener.Surroundings(
                grants: ReferenceGrants(grants.list()),
                secrets: secrets.list(where: Self.isCertificate),
                namespaces: namespaces.list()
            )
        )
    }

    private static func isCertificate(_ secret: KubeObject) -> Bool { secret["type"].string == "kubernetes.io/tls" }

    // MARK: listening

    private func listen() {
        for informer in [classes, gateways, grants] {
            // A new status is only looked at whether it says what it should.
            tell(informer) { before, after, news in
                news.hasNewAttachments = news.hasNewAttachments || before?.spec != after?.spec
                return true
            }
        }
        tell(namespaces) { before, after, news in
            guard before?.labels != after?.labels else { return false }
            news.hasNewAttachments = true
            return true
        }
        tell(secrets) { before, after, news in
            let isOne = before.map(Self.isCertificate) ?? false || after.map(Self.isCertificate) ?? false
            guard isOne, before?["data"] != after?["data"] else { return false }
            news.hasNewAttachments = true
            return true
        }
        tell(experiments) { before, after, news in
            guard before?.spec != after?.spec else { return false }
            news.hasNewExperiments = true
            return true
        }
        for informer in routes {
            tell(informer) { [resource = informer.resource] before, after, news in
                guard let key = (after ?? before)?.key else { return false }
                if before?.spec == after?.spec, before?.annotations == after?.annotations {
                    news.statuses.insert(RouteKey(resource, key))
                } else {
                    news.routes.insert(RouteKey(resource, key))
                }
                return true
            }
        }
        listenToServices()
    }

    private func listenToServices() {
        tell(services) { before, after, news in
            guard before?.spec != after?.spec, let key = (after ?? before)?.key else { return false }
            news.services.insert(key)
            return true
        }
        tell(slices) { before, after, news in
            guard let key = (after ?? before)?.key else { return false }
            news.slices.insert(key)
            return true
        }
        tell(podAutoscalers) { before, after, news in
            guard before.map({ ScalingRule($0) }) != after.map({ ScalingRule($0) }), let key = (after ?? before)?.key
            else { return false }
            news.podAutoscalers.insert(key)
            return true
        }
    }

    /// Signals the changes of which `notes` says that they are some.
    private func tell(
        _ informer: Informer,
        _ notes: @escaping @Sendable (_ before: KubeObject?, _ after: KubeObject?, _ news: inout News) -> Bool
    ) {
        informer.onChange { [weak self] before, after in
            guard let self, news.withLock({ notes(before, after, &$0) }) else { return }
            continuation.yield()
        }
    }
}
