import Base
import Statistics
import Synchronization

/// One monitor's plan carried out by a replica: every thread counts for itself, whoever asks gets the sum.
///
/// Windows are numbered by whoever judges. What was counted in the last one is told again where it is asked for again: an
/// answer may be lost on its way.
final class Watch: Sendable {
    let plan: WatchPlan
    let layout: WatchLayout
    let shards: [WatchShard]
    private let window: Mutex<Window>
    /// When it ends, unless somebody asks for it before that, in nanoseconds of monotonic time.
    private let deadline: Atomic<Int64>

    private struct Window {
        var epoch: Int
        var finished: JSON?
    }

    /// A watch that nobody asks for ends after this time: whoever wanted it is gone.
    static let leaseTime = Duration.seconds(600)

    init(_ plan: WatchPlan, epoch: Int, shards count: Int, now: Instant) {
        self.plan = plan
        let layout = WatchLayout(plan)
        self.layout = layout
        shards = (0..<count).map { _ in WatchShard(layout, epoch: epoch, seed: .random(in: .min ... .max)) }
        window = Mutex(Window(epoch: epoch))
        deadline = Atomic((now + Watch.leaseTime).nanoseconds)
    }

    func renew(_ now: Instant) { deadline.store((now + Watch.leaseTime).nanoseconds, ordering: .relaxed) }

    func isOver(_ now: Instant) -> Bool { deadline.load(ordering: .relaxed) < now.nanoseconds }

    /// Where it stands: the window, its rows, the answers whose labels came.
    var progress: JSON {
        let epoch = window.withLock(\.epoch)
        var (rows, learnt, labelled) = (0, 0, [LabelledAnswer]())
        for shard in shards {
            shard.state.withLock { state in
                rows += state.tally.rows
                learnt += state.learnt?.rows.count ?? 0
                labelled += state.labelled
            }
        }
        return [
            "plan": .string(plan.id), "epoch": .int(Int64(epoch)), "rows": .int(Int64(plan.learns ? learnt : rows)),
            "labelled": .array(labelled.map(\.json)),
        ]
    }

    /// Ends the window before `epoch` and begins that one; what was counted. Nil where it is another window's turn.
    func roll(to epoch: Int) -> JSON? {
        window.withLock { window in
            if epoch == window.epoch + 1 {
                window.finished = finish(beginning: epoch)
                window.epoch = epoch
            }
            return epoch == window.epoch ? window.finished : nil
        }
    }

    private func finish(beginning epoch: Int) -> JSON {
        var whole = WatchTally(layout, seed: 0)
        var learnt = LearntRows(names: [], rowsMax: plan.learntRows)
        for shard in shards {
            let empty = WatchTally(layout, seed: .random(in: .min ... .max))
            let (tally, rows) = shard.state.withLock { state in
                defer {
                    state.epoch = epoch
                    state.tally = empty
                    state.learnt = nil
                }
                return (state.tally, state.learnt)
            }
            whole.merge(tally)
            if let rows { learnt.merge(rows) }
        }
        return plan.learns ? ["learnt": learnt.json] : ["tally": whole.json]
    }

    /// Counts a label for the row that it is for, if a thread of this replica answered it.
    func label(_ mark: Int, _ label: JSON) -> WatchBoard.LabelResult {
        for shard in shards {
            let result = shard.state.withLock { state -> WatchBoard.LabelResult in
                switch state.answers.takeLabel(mark) {
                case .unknown: return .unknown
                case .repeated: return .repeated
                case .answer(let predicted, let score):
                    state.keep(LabelledAnswer(predicted: predicted, score: score, label: label))
                    return .counted
                }
            }
            if result != .unknown { return result }
        }
        return .unknown
    }
}
