import Base
import KubeClient
import KubeModel

/// Waits until the endpoints of services no longer lead to a pod that ends, so that no request meets it gone.
struct EndpointDrain: Sendable {
    let api: any KubernetesAPI
    let time: any TimeSource

    /// Returns when no EndpointSlice has listed the pod as ready for a moment, at the latest after `NodeLimits.drainMax`.
    func wait(for pod: KubeObject) async {
        await withTaskGroup(of: Void.self) { group in
            // Cancelled or out of time: the pod goes on to its end either way.
            group.addTask { try? await time.sleep(NodeLimits.drainMax) }
            group.addTask {
                await follow(pod)
                // Gateways hear of it when this does; what they send until then shall find the pod as it was.
                try? await time.sleep(NodeLimits.drainSettle)
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func follow(_ pod: KubeObject) async {
        do {
            let list = try await api.list(.endpointSlices, namespace: pod.namespace)
            var leading = Set(list.items.filter { EndpointDrain.leads($0, to: pod.uid) }.map(\.name))
            if leading.isEmpty { return }
            let options = ListOptions(resourceVersion: list.resourceVersion)
            for try await event in try await api.watch(.endpointSlices, namespace: pod.namespace, options) {
                switch event {
                case .added(let slice), .modified(let slice):
                    if EndpointDrain.leads(slice, to: pod.uid) {
                        leading.insert(slice.name)
                    } else {
                        leading.remove(slice.name)
                    }
                case .deleted(let slice): leading.remove(slice.name)
                case .bookmark: continue
                }
                if leading.isEmpty { return }
            }
        } catch {
            // Without the API nobody can say; the full time is waited.
            try? await time.sleep(NodeLimits.drainMax)
        }
    }

    /// Whether a slice sends new requests to a pod.
    static func leads(_ slice: KubeObject, to uid: String) -> Bool {
        (slice["endpoints"].array ?? []).contains { endpoint in
            endpoint["targetRef"]["uid"].string == uid && endpoint["conditions"]["ready"].bool != false
        }
    }
}
