import Base
import Statistics
import Synchronization

/// What is watched of the requests for a server's models: monitors put their watches here, threads count for them, labels
/// that come later find their answers.
final class WatchBoard: Sendable {
    /// What became of a label.
    enum LabelResult: Equatable, Sendable {
        case counted
        /// The row has its label already.
        case repeated
        /// This replica remembers no such answer: another one may.
        case unknown
    }

    private struct State {
        var watches: [String: Watch] = [:]
        var labels = WaitingLabels()
    }

    private let shards: Int
    private let time: any TimeSource
    private let state = Mutex(State())
    private let changes = Atomic<Int>(0)

    /// Monitors of one replica.
    static let watchesMax = 8

    /// - Parameter shards: how many threads count.
    init(shards: Int, time: any TimeSource) {
        self.shards = max(1, shards)
        self.time = time
    }

    /// Grows with every change of the watches.
    var version: Int { changes.load(ordering: .acquiring) }

    /// The watches that somebody still asks for.
    var watches: [Watch] {
        let now = time.monotonic()
        return state.withLock { $0.watches.values.filter { !$0.isOver(now) } }
    }

    /// The watch of a monitor; that it is asked for keeps it going.
    func watch(_ key: String) -> Watch? {
        let now = time.monotonic()
        let found = state.withLock { $0.watches[key] }
        found?.renew(now)
        return found
    }

    /// Begins to watch by a plan, in the window `epoch`; a watch of the same plan goes on as it is.
    func put(_ key: String, _ plan: WatchPlan, epoch: Int) throws(WatchFault) {
        let now = time.monotonic()
        let isTaken = state.withLock { state in
            if let known = state.watches[key], known.plan == plan {
                known.renew(now)
                return true
            }
            state.watches = state.watches.filter { !$0.value.isOver(now) }
            guard state.watches[key] != nil || state.watches.count < WatchBoard.watchesMax else { return false }
            state.watches[key] = Watch(plan, epoch: epoch, shards: shards, now: now)
            changes.add(1, ordering: .releasing)
            return true
        }
        guard isTaken else { throw WatchFault("\(WatchBoard.watchesMax) monitors watch this replica already") }
    }

    func remove(_ key: String) {
        state.withLock { state in
            if state.watches.removeValue(forKey: key) != nil { changes.add(1, ordering: .releasing) }
        }
    }

    /// Counts a label for every monitor that takes labels. One from outside that is for no answer of this replica waits until
    /// somebody carries it to the others.
    func label(_ label: RowLabel, isFromOutside: Bool) -> LabelResult {
        let mark = label.id.withUnsafeBytes { RecentAnswers.mark($0, row: label.row) }
        let results = watches.map { $0.label(mark, label.label) }
        if results.contains(.counted) { return .counted }
        if results.contains(.repeated) { return .repeated }
        if isFromOutside { state.withLock { $0.labels.add(label) } }
        return .unknown
    }

    /// Labels that wait for another replica.
    var waitingLabels: JSON { state.withLock { $0.labels.json } }

    /// Labels up to a number were carried to the others.
    func forgetLabels(upTo number: Int) { state.withLock { $0.labels.forget(upTo: number) } }
}

/// A label that came for a row of a request.
struct RowLabel: Sendable {
    let id: [UInt8]
    /// Which of the request's rows, counted from 0.
    let row: Int
    let label: JSON

    /// Bytes of an id, and of a label.
    static let textMax = 128

    /// Nil where it is none: `{"id": "…", "label": …}`, and a `row` where the request had several.
    init?(_ json: JSON) {
        let (label, row) = (json["label"], json["row"].int ?? 0)
        guard let id = json["id"].string, (1...RowLabel.textMax).contains(id.utf8.count), row >= 0 else { return nil }
        switch label {
        case .string(let text): guard text.utf8.count <= RowLabel.textMax else { return nil }
        case .int, .double, .bool: break
        default: return nil
        }
        (self.id, self.row, self.label) = (Array(id.utf8), row, label)
    }

    var json: JSON { ["id": .string(String(decoding: id, as: UTF8.self)), "row": .int(Int64(row)), "label": label] }
}

/// Labels that no answer of this replica is known for, the newest of them, by number.
private struct WaitingLabels: Sendable {
    private var labels: [(number: Int, label: RowLabel)] = []
    private var next = 1

    /// Labels that are kept; a further one takes the place of the oldest.
    private static let countMax = 4096

    mutating func add(_ label: RowLabel) {
        if labels.count == WaitingLabels.countMax { labels.removeFirst(WaitingLabels.countMax / 8) }
        labels.append((next, label))
        next += 1
    }

    mutating func forget(upTo number: Int) { labels.removeAll { $0.number <= number } }

    var json: JSON {
        ["upTo": .int(Int64(next - 1)), "labels": .array(labels.map(\.label.json))]
    }
}
