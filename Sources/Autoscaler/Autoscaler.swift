package import Base
package import KubeClient
import KubeModel
package import Scaling

/// Scales what has a PodAutoscaler by the load that the gateway carries, as Knative's autoscaler does.
///
/// The load is read from the board once a second; a request that finds no replica is told at once, and its decision waits
/// for nobody's turn. The gateway is the activator, and it is always in the path.
package struct Autoscaler: Sendable {
    private let deciders: Deciders
    private let board: LoadBoard
    private let time: any TimeSource
    private let informers: [Informer]
    private let controller: Controller

    /// - Parameters:
    ///   - board: where the gateway's threads tell what they carry.
    ///   - registry: where its series are told.
    package init(
        api: any KubernetesAPI,
        board: LoadBoard,
        registry: MetricRegistry = .process,
        time: any TimeSource = SystemTime()
    ) {
        self.board = board
        self.time = time
        let deciders = Deciders()
        let caches = Caches(api, time: time)
        let reconciler = PodAutoscalerReconciler(api, caches, deciders: deciders, time: time)
        self.deciders = deciders
        informers = caches.all
        controller = reconciler.makeController()
        registry.add { writer in
            ScalingSeries(caches.autoscalers.list(), decider: deciders.known).write(into: &writer)
        }
    }

    /// Scales until the task is cancelled. Nothing is decided before every cache has been filled once.
    package func run() async throws {
        try await Informer.keep(informers, for: [controller.run, followLoad, followArrivals])
    }

    /// Hands the load of every second to the deciders.
    private func followLoad() async throws {
        var last = time.wall().seconds
        while true {
            let now = time.wall()
            try await time.sleep(WallTime(seconds: now.seconds + 1) - now)
            let second = time.wall().seconds
            if second > last {
                let reports = board.report(at: time.monotonic())
                for key in deciders.follow(reports, after: last, through: second) { controller.queue.add(key) }
            }
            last = second
        }
    }

    private func followArrivals() async {
        for await key in board.arrivals where deciders.arrive(key, at: time.wall()) { controller.queue.add(key) }
    }
}

/// The watch caches of the room.
struct Caches: Sendable {
    let autoscalers: Informer
    let deployments: Informer
    let services: Informer
    let pods: Informer
    let horizontal: Informer
    let settings: Informer

    init(_ api: any KubernetesAPI, time: any TimeSource) {
        autoscalers = Informer(api, .podAutoscalers, time: time)
        deployments = Informer(api, .deployments, time: time)
        services = Informer(api, .services, time: time)
        pods = Informer(api, .pods, time: time)
        horizontal = Informer(api, .horizontalPodAutoscalers, time: time)
        settings = Informer(
            api,
            .configMaps,
            namespace: Settings.key.namespace,
            fieldSelector: "metadata.name=\(Settings.key.name)",
            time: time
        )
    }

    var all: [Informer] { [autoscalers, deployments, services, pods, horizontal, settings] }
}
