import Base
import KServeModel
import KubeClient
import KubeModel
import Statistics
import Synchronization

/// Keeps what was counted of experiments where the next run of the program finds it: in a ConfigMap each, which goes with the
/// experiment. Counts that came after the last look before a restart are lost.
final class CountStore: Sendable {
    private let api: any KubernetesAPI
    /// What was kept last, by the experiments' uids; one that is not here has not been looked for yet.
    private let kept = Mutex<[String: JSON]>([:])
    private let log = Log("experiments")

    private static let dataKey = "counts.json"

    init(_ api: any KubernetesAPI) { self.api = api }

    /// What an earlier run has counted, by Service; empty where there is nothing, and from the second time on.
    func takeEarlier(_ experiment: Experiment) async throws(APIStatus) -> [String: ArmTally] {
        let uid = experiment.object.uid
        guard kept.withLock({ $0[uid] }) == nil else { return [:] }
        let stored = try await api.find(.configMaps, key(experiment))
        var counts = JSON.emptyObject
        // That of an experiment of this name that was deleted may not be gone yet.
        if let stored, stored.controller?.uid == uid, let text = stored["data"][Self.dataKey].string {
            do throws(JSONDefect) { counts = try JSON.parse(text) } catch {
                log.warning(
                    "earlier counts cannot be read",
                    ["experiment": key(experiment).description, "why": "\(error)"]
                )
            }
        }
        kept.withLock { $0[uid] = counts }
        return (counts.object ?? [:]).compactMapValues { ArmTally($0) }
    }

    /// Keeps what is counted by now, where that is more than before.
    func keep(_ tallies: [String: ArmTally], of experiment: Experiment) async throws(APIStatus) {
        let counts = JSON.object(tallies.mapValues(\.json))
        let uid = experiment.object.uid
        guard kept.withLock({ $0[uid] }) != counts else { return }
        var object = KubeObject(
            .configMaps,
            kind: "ConfigMap",
            namespace: key(experiment).namespace,
            name: key(experiment).name
        )
        object.setController(experiment.object)
        object["data"] = [Self.dataKey: .string(counts.text)]
        if let stored = try await api.find(.configMaps, object.key) {
            object.metadata["resourceVersion"] = stored.metadata["resourceVersion"]
            _ = try await api.update(.configMaps, object)
        } else {
            _ = try await api.create(.configMaps, object)
        }
        kept.withLock { $0[uid] = counts }
    }

    /// Forgets experiments that are no more.
    func forget(_ uid: String) { kept.withLock { $0[uid] = nil } }

    private func key(_ experiment: Experiment) -> ObjectKey {
        ObjectKey(namespace: experiment.object.namespace, name: "\(experiment.object.name)-experiment-counts")
    }
}
