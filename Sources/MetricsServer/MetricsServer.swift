package import Base
package import KubeClient
package import KubeModel
package import Net
import Synchronization

/// Asks every node again and again what its pods use, as Kubernetes' metrics-server does; `kubectl top` and the
/// HorizontalPodAutoscalers read it as metrics.k8s.io.
package final class MetricsServer: Sendable {
    private struct Measured {
        var pods: [String: [KubeObject]] = [:]
        var nodes: [String: KubeObject] = [:]
    }

    private let client: HTTPClient
    private let token: String
    private let time: any TimeSource
    private let measured = Mutex(Measured())
    private let log = Log("metrics-server")

    /// Time between two measurements: the window of all figures.
    package static let interval = Duration.seconds(5)
    private static let timeout = Duration.seconds(4)

    /// - Parameters:
    ///   - client: trusts the nodes' authority.
    ///   - token: what the nodes know this server by.
    package init(client: HTTPClient, token: String, time: any TimeSource = SystemTime()) {
        self.client = client
        self.token = token
        self.time = time
    }

    /// PodMetrics of all pods that are measured.
    package var pods: [KubeObject] { measured.withLock { $0.pods.values.flatMap { $0 } }.sorted { $0.key < $1.key } }
    /// NodeMetrics of all nodes that are measured.
    package var nodes: [KubeObject] { measured.withLock { Array($0.nodes.values) }.sorted { $0.key < $1.key } }

    /// Measures until the task is cancelled.
    package func run(_ api: any KubernetesAPI) async throws {
        var tables: [String: UsageTable] = [:]
        while true {
            do throws(APIStatus) {
                try await measure(api, &tables)
            } catch {
                log.debug("nodes or pods cannot be listed", ["why": error.message])
            }
            try await time.sleep(Self.interval)
        }
    }

    private func measure(_ api: any KubernetesAPI, _ tables: inout [String: UsageTable]) async throws(APIStatus) {
        let nodes = try await api.list(.nodes).items
        let known = Set(nodes.map(\.name))
        for name in Array(tables.keys) where !known.contains(name) { tables[name] = nil }
        measured.withLock { measured in
            measured.pods = measured.pods.filter { known.contains($0.key) }
            measured.nodes = measured.nodes.filter { known.contains($0.key) }
        }
        for node in nodes {
            guard let samples = await samples(of: node) else { continue }
            tables[node.name, default: UsageTable()].record(samples)
            let table = tables[node.name] ?? UsageTable()
            let pods = try await api.list(.pods).items
            let labels = Dictionary(pods.map { ($0.key, $0.metadata["labels"]) }, uniquingKeysWith: { $1 })
            measured.withLock { measured in
                measured.pods[node.name] = table.pods(labels: labels)
                measured.nodes[node.name] = table.node(named: node.name)
            }
        }
    }

    /// What a node says; nil where it does not.
    private func samples(of node: KubeObject) async -> ResourceSamples? {
        guard let address = node.kubeletAddress else { return nil }
        let headers: HTTPHeaders = ["host": address.description, "authorization": "Bearer \(token)"]
        let request = HTTPRequest(method: "GET", path: "/metrics/resource", headers: headers)
        do throws(NetFault) {
            let answer = try await client.send(request, to: address, timeout: Self.timeout)
            guard answer.status == 200 else {
                log.debug("node refuses its figures", ["node": node.name, "status": "\(answer.status)"])
                return nil
            }
            return ResourceSamples(text: String(decoding: answer.body, as: UTF8.self), now: time.wall())
        } catch {
            log.debug("node cannot be reached", ["node": node.name, "why": error.message])
            return nil
        }
    }
}
