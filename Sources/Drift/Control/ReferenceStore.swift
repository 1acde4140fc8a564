import Base
import KServeModel
import KubeClient
import KubeModel
import Statistics

/// Where references are: in files, or learnt of the first rows and kept in a ConfigMap, so that a restart does not learn anew.
struct ReferenceStore: Sendable {
    let api: any KubernetesAPI
    let readFile: @Sendable (String) throws -> String

    /// Bytes of rows that a ConfigMap takes.
    private static let bytesMax = 900_000
    private static let dataKey = "rows.json"
    /// What the rows were learnt for.
    private static let annotation = "roost.dev/learnt-for"

    /// The rows of a monitor's reference; nil while they are not learnt yet.
    func rows(of monitor: DriftMonitor) async throws(MonitorFault) -> LearntRows? {
        if let uri = monitor.referenceURI { return try read(uri, monitor) }
        do {
            let stored = try await api.find(.configMaps, key(monitor))
            guard let stored, stored.annotations[Self.annotation] == ReferenceStore.purpose(of: monitor),
                let text = stored["data"][Self.dataKey].string
            else { return nil }
            return LearntRows(try JSON.parse(text))
        } catch {
            throw MonitorFault("ReferenceNotRead", "the learnt reference cannot be read: \(error)")
        }
    }

    private func read(_ uri: String, _ monitor: DriftMonitor) throws(MonitorFault) -> LearntRows {
        let path = uri.hasPrefix("file://") ? String(uri.dropFirst("file://".count)) : uri
        do {
            let text = try readFile(path)
            guard text.utf8.count <= ReferenceText.bytesMax else {
                throw ReferenceFault("it has more than \(ReferenceText.bytesMax >> 20) MiB")
            }
            return try ReferenceText.read(text, prediction: monitor.predictionColumn)
        } catch {
            throw MonitorFault("ReferenceNotRead", "reference \(uri): \(error)")
        }
    }

    /// Keeps learnt rows: as many as a ConfigMap takes.
    func keep(_ learnt: LearntRows, of monitor: DriftMonitor) async throws {
        var object = KubeObject(.configMaps, kind: "ConfigMap", namespace: monitor.namespace, name: key(monitor).name)
        object.metadata["annotations"] = [Self.annotation: .string(ReferenceStore.purpose(of: monitor))]
        object.metadata["ownerReferences"] = [
            [
                "apiVersion": "roost.dev/v1alpha1", "kind": "DriftMonitor", "name": .string(monitor.name),
                "uid": .string(monitor.object.uid), "controller": true, "blockOwnerDeletion": true,
            ]
        ]
        object["data"] = [Self.dataKey: .string(ReferenceStore.cut(learnt).json.text)]
        if let stored = try await api.find(.configMaps, object.key) {
            object.metadata["resourceVersion"] = stored.metadata["resourceVersion"]
            _ = try await api.update(.configMaps, object)
        } else {
            _ = try await api.create(.configMaps, object)
        }
    }

    private func key(_ monitor: DriftMonitor) -> ObjectKey {
        ObjectKey(namespace: monitor.namespace, name: "\(monitor.name)-drift-reference")
    }

    /// Other rows are learnt where another model is meant, or so many.
    static func purpose(of monitor: DriftMonitor) -> String {
        [monitor.service.name, monitor.version ?? "", monitor.model, String(monitor.referenceRows)]
            .joined(separator: "/")
    }

    private static func cut(_ learnt: LearntRows) -> LearntRows {
        var (kept, bytes) = (LearntRows(names: learnt.names, rowsMax: learnt.rows.count), 0)
        for row in learnt.rows {
            bytes += JSON.array(row.map(\.json)).bytes.count + 1
            guard bytes <= bytesMax else { break }
            kept.add(row)
        }
        return kept
    }
}
