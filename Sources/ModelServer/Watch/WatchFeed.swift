import Base
import Prediction
import Statistics
import Synchronization

/// What one thread brings to a watch: finds the watched columns among those of a request, and counts.
final class WatchFeed {
    let watch: Watch
    /// What the plan says of every request: reading the plan itself costs more.
    let keepsAnswers: Bool
    private let learns: Bool
    private let featureCount: Int
    private let watchesPrediction: Bool
    private let shard: WatchShard
    /// Where the watched columns lie in rows of the last shape; -1 where they do not.
    private var places: [Int] = []
    private var names: [String] = []
    private var width = -1
    /// The rows of the present request: their numbers, and where they lie in the sample.
    private var rows: [(number: Int, slot: Int?)] = []
    /// How many there are: the rest of `rows` is storage.
    private var rowCount = 0
    private var epoch = 0

    init(_ watch: Watch, shard: Int) {
        self.watch = watch
        (keepsAnswers, learns) = (watch.plan.keepsAnswers, watch.plan.learns)
        (featureCount, watchesPrediction) = (watch.plan.features.count, watch.plan.prediction != nil)
        self.shard = watch.shards[shard % watch.shards.count]
    }

    /// Counts the rows of a request that are numbers, row by row.
    func take(_ numbers: UnsafeBufferPointer<Double>, rows rowCount: Int, _ columns: Int, names: [String]) {
        guard !learns else {
            return take(rowCount, columns, names: names) { .number(numbers[$0 * columns + $1]) }
        }
        if columns != width || names != self.names { arrange(columns, names) }
        self.rowCount = 0
        shard.state.withLock { state in
            epoch = state.epoch
            for row in 0..<rowCount {
                let slot = state.tally.beginRow()
                note(state.tally.rows, slot)
                let own = UnsafeBufferPointer(rebasing: numbers[row * columns..<(row + 1) * columns])
                state.tally.count(own, at: places)
            }
        }
    }

    /// Counts the rows of a request, whatever their cells are.
    func take(_ rowCount: Int, _ columns: Int, names: [String], _ cell: (Int, Int) -> WatchCell) {
        if columns != width || names != self.names { arrange(columns, names) }
        self.rowCount = 0
        shard.state.withLock { state in
            epoch = state.epoch
            guard !learns else { return learn(rowCount, columns, cell, &state) }
            for row in 0..<rowCount {
                let slot = state.tally.beginRow()
                note(state.tally.rows, slot)
                for column in 0..<places.count {
                    let place = places[column]
                    state.tally.take(place < 0 ? .missing : cell(row, place), in: column)
                }
            }
        }
    }

    private func learn(_ count: Int, _ columns: Int, _ cell: (Int, Int) -> WatchCell, _ state: inout WatchShard.State) {
        let names = (0..<columns).map { $0 < self.names.count ? self.names[$0] : "x\($0)" } + [LearntRows.prediction]
        if state.learnt == nil { state.learnt = LearntRows(names: names, rowsMax: watch.plan.learntRows) }
        guard var learnt = state.learnt, learnt.names == names else { return }
        state.learnt = nil  // gives up the storage, so that it is not copied
        for row in 0..<count {
            note(learnt.rows.count, nil)
            learnt.add((0..<columns).map { cell(row, $0).learnt } + [.missing])
        }
        state.learnt = learnt
    }

    /// Counts what was answered for the rows of the present request, and remembers it for labels.
    ///
    /// - Parameter id: of the request; nil where it has none.
    func answer(_ count: Int, id: UnsafeRawBufferPointer?, _ answer: (Int) -> WatchAnswer) {
        shard.state.withLock { state in
            let isSame = state.epoch == epoch
            for row in 0..<min(count, rowCount) {
                let told = answer(row)
                if learns {
                    if isSame { state.learnt?.predict(rows[row].number, told.cell.learnt) }
                } else if watchesPrediction {
                    state.tally.resumeRow(rows[row].number, slot: isSame ? rows[row].slot : nil)
                    state.tally.take(told.cell, in: featureCount)
                }
                if keepsAnswers, let id {
                    state.answers.remember(
                        RecentAnswers.mark(id, row: row),
                        predicted: told.predicted,
                        score: told.score
                    )
                }
            }
        }
        rowCount = 0
    }

    private func note(_ number: Int, _ slot: Int?) {
        if rowCount < rows.count { rows[rowCount] = (number, slot) } else { rows.append((number, slot)) }
        rowCount += 1
    }

    /// By name where a column is called so, else by its place.
    private func arrange(_ columns: Int, _ names: [String]) {
        (width, self.names) = (columns, names)
        let byName = Dictionary(zip(names, names.indices)) { first, _ in first }
        let areNamed = watch.plan.features.contains { byName[$0.name] != nil }
        places = watch.plan.features.map { feature in
            let place = areNamed ? byName[feature.name] : feature.index
            return place.map { $0 < columns ? $0 : -1 } ?? -1
        }
    }
}

/// What was answered for a row.
struct WatchAnswer {
    /// What is watched of it: the class, the number, or of chances that of the second of two classes.
    let cell: WatchCell
    /// What labels are held against: the class, or the number.
    let predicted: JSON
    /// The chance of the positive class, where chances of two were answered.
    var score: Double?
}
