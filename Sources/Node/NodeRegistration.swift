import Base
import KubeClient
import KubeModel

/// Keeps the Node object and its Lease alive.
struct NodeRegistration: Sendable {
    let configuration: NodeConfiguration
    let api: any KubernetesAPI
    let time: any TimeSource
    let kubeletPort: Int
    private let log = Log("node")

    /// Works until the task is cancelled.
    func run() async throws {
        var delay = RetryDelay(first: NodeLimits.apiRetryFirst, max: NodeLimits.apiRetryMax)
        var statusDue = time.monotonic()
        while true {
            do throws(APIStatus) {
                if time.monotonic() >= statusDue {
                    try await writeNode()
                    statusDue = time.monotonic() + NodeLimits.nodeStatusInterval
                }
                try await renewLease()
                delay = RetryDelay(first: NodeLimits.apiRetryFirst, max: NodeLimits.apiRetryMax)
            } catch {
                log.warning("node not registered yet", ["why": error.message])
                try await time.sleep(delay.delay())
                continue
            }
            try await time.sleep(NodeLimits.leaseRenewal)
        }
    }

    /// Creates the node where it is missing, and writes its labels and status.
    func writeNode() async throws(APIStatus) {
        let key = ObjectKey(name: configuration.name)
        var node: KubeObject
        if let found = try await api.find(.nodes, key) {
            let patch: JSON = ["metadata": ["labels": JSON(NodeObject.labels(configuration))]]
            let isLabelled = NodeObject.labels(configuration).allSatisfy { found.labels[$0.key] == $0.value }
            node = isLabelled ? found : try await api.patch(.nodes, key, .merge(patch))
        } else {
            node = try await api.create(.nodes, NodeObject.make(configuration))
        }
        let facts = MachineFacts.read(dataFolder: configuration.dataFolder)
        let status = NodeObject.status(
            configuration,
            facts,
            kubeletPort: kubeletPort,
            previous: node.status,
            now: time.wall()
        )
        _ = try await api.patch(.nodes, key, .merge(["status": status]), subresource: "status")
    }

    /// Says that the node stops; tried once, for the API may stop too.
    func writeStopped() async {
        let key = ObjectKey(name: configuration.name)
        do throws(APIStatus) {
            let node = try await api.get(.nodes, key)
            let conditions = NodeObject.stoppedConditions(previous: node.status, now: time.wall())
            _ = try await api.patch(.nodes, key, .merge(["status": ["conditions": conditions]]), subresource: "status")
        } catch {
            log.debug("node's end not written", ["why": error.message])
        }
    }

    private func renewLease() async throws(APIStatus) {
        let lease = NodeObject.lease(configuration.name, now: time.wall())
        do throws(APIStatus) {
            _ = try await api.patch(.leases, lease.key, .merge(["spec": lease.spec]))
        } catch {
            guard error.reason == .notFound else { throw error }
            do throws(APIStatus) {
                _ = try await api.create(.leases, lease)
            } catch {
                // A server without the namespace kube-node-lease gets no lease; the node's status still tells.
                guard error.reason == .notFound || error.reason == .alreadyExists else { throw error }
            }
        }
    }
}
