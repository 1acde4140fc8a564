package import Base
import KServeModel
package import KubeClient
import KubeModel
package import Net

/// Carries out DriftMonitors: tells replicas what to watch, reads what they counted, decides, and writes it down.
package struct Drift: Sendable {
    private let api: any KubernetesAPI
    private let client: HTTPClient
    private let registry: MetricRegistry
    private let readFile: @Sendable (String) throws -> String
    private let time: any TimeSource

    /// - Parameters:
    ///   - client: reaches the pods.
    ///   - registry: where the series go.
    ///   - readFile: reads a reference's file.
    package init(
        api: any KubernetesAPI,
        client: HTTPClient,
        registry: MetricRegistry = MetricRegistry(),
        readFile: @escaping @Sendable (String) throws -> String,
        time: any TimeSource = SystemTime()
    ) {
        self.api = api
        self.client = client
        self.registry = registry
        self.readFile = readFile
        self.time = time
    }

    /// Works until the task is cancelled.
    package func run() async throws {
        let caches = DriftCaches(api, time: time)
        let controller = DriftController(
            api,
            caches,
            ReplicaClient(client: client),
            ReferenceStore(api: api, readFile: readFile),
            DriftSeries(registry),
            time: time
        )
        try await Informer.keep(caches.all, for: [controller.run])
    }
}

/// What the controller reads.
struct DriftCaches: Sendable {
    let monitors: Informer
    let services: Informer
    let pods: Informer

    init(_ api: any KubernetesAPI, time: any TimeSource) {
        monitors = Informer(api, .driftMonitors, time: time)
        services = Informer(api, .inferenceServices, time: time)
        pods = Informer(api, .pods, time: time)
    }

    var all: [Informer] { [monitors, services, pods] }

    /// Where the ready replicas answer that a monitor is about.
    func replicas(of monitor: DriftMonitor) throws(MonitorFault) -> [SocketAddress] {
        guard services.get(monitor.service) != nil else {
            throw MonitorFault("TargetNotFound", "there is no InferenceService \(monitor.service.name)")
        }
        let found = pods.list { WatchedPod($0, monitor) != nil }.compactMap { WatchedPod($0, monitor)?.address }
        guard !found.isEmpty else {
            let version = monitor.version.map { " version \($0)" } ?? ""
            throw MonitorFault("NoReplicas", "no replica of \(monitor.service.name)\(version) is ready")
        }
        return found.sorted { $0.description < $1.description }
    }
}

/// Why a monitor cannot work now.
struct MonitorFault: Error, Equatable, CustomStringConvertible {
    let reason: String
    let description: String

    init(_ reason: String, _ description: String) {
        self.reason = reason
        self.description = description
    }
}
