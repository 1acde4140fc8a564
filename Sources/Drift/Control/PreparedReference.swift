import Base
import KServeModel
import KubeModel
import Statistics
import Synchronization

/// A reference made ready: the plan for replicas, and the judge of what they count.
struct PreparedReference: Sendable {
    let plan: WatchPlan
    let layout: WatchLayout
    let judge: WindowJudge
    /// How many rows it has.
    let rows: Int

    /// Rows of a window that are compared one by one.
    private static let sampleRows = 1000

    init(_ learnt: LearntRows, _ monitor: DriftMonitor) throws(ReferenceFault) {
        let reference = try DriftReference(learnt, monitor)
        rows = reference.rows.count
        let draft = reference.plan(id: "", for: monitor, sampleRows: Self.sampleRows)
        // Counts are of the same thing wherever the same is watched: thresholds may change meanwhile.
        let hash = draft.json.text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        plan = reference.plan(id: String(hash, radix: 16), for: monitor, sampleRows: Self.sampleRows)
        layout = WatchLayout(plan)
        judge = WindowJudge(reference, monitor)
    }
}

/// References that were made ready, by monitor; one whose monitor has changed is made anew.
final class PreparedReferences: Sendable {
    private struct Entry {
        let uid: String
        let generation: Int
        let reference: PreparedReference
    }

    private let entries = Mutex<[ObjectKey: Entry]>([:])

    func find(_ monitor: DriftMonitor) -> PreparedReference? {
        let found = entries.withLock { $0[monitor.object.key] }
        guard let found, found.uid == monitor.object.uid, found.generation == monitor.object.generation else {
            return nil
        }
        return found.reference
    }

    func keep(_ reference: PreparedReference, for monitor: DriftMonitor) {
        let entry = Entry(uid: monitor.object.uid, generation: monitor.object.generation, reference: reference)
        entries.withLock { $0[monitor.object.key] = entry }
    }

    func forget(_ key: ObjectKey) { entries.withLock { $0[key] = nil } }
}
