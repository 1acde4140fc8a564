import Base
import Net
import Prediction
import Statistics

/// What one thread brings to the watches of the models that it asks; next to nothing where nothing is watched.
final class RequestWatcher {
    private let board: WatchBoard
    private let shard: Int
    private let time: any TimeSource
    private var version = -1
    private var feeds: [WatchFeed] = []
    /// Those that watch the model that was asked last, and its name.
    private var watching: [WatchFeed] = []
    private var watched: String?
    /// Whether rows of the present request were counted, so that its answers are.
    private var isPresent = false

    init(_ board: WatchBoard, shard: Int, time: any TimeSource) {
        self.board = board
        self.shard = shard
        self.time = time
    }

    /// Counts the rows of a request before the model changes them.
    @inline(__always)
    func takeRows(_ workspace: Workspace, of model: ServedModel, at now: Instant) {
        if isIdle { return }
        find(model.name, at: now)
        if isPresent { countRows(workspace, names: model.model.featureNames) }
    }

    /// Counts what the model answered for them.
    @inline(__always)
    func takeAnswers(_ workspace: Workspace, of model: ServedModel, _ exchange: HTTPExchange) {
        if !isPresent { return }
        withID(exchange, workspace.request.id, workspace.request.names) { id in
            model.answers.withAnswers(workspace.answer) { rows, answer in
                for feed in watching { feed.answer(rows, id: id, answer) }
            }
        }
        isPresent = false
    }

    /// The rows of the workspace's batch; only what is needed of it is taken out: a batch has many parts.
    private func countRows(_ workspace: Workspace, names: [String]) {
        let names = workspace.batch.columnNames.isEmpty ? names : workspace.batch.columnNames
        guard workspace.batch.content == .numbers else {
            return workspace.batch.withCells { rows, columns, cell in
                for feed in watching { feed.take(rows, columns, names: names, cell) }
            }
        }
        let (rows, columns) = (workspace.batch.rows, workspace.batch.columns)
        guard workspace.batch.values.count == rows * columns else { return }
        workspace.batch.values.withUnsafeBufferPointer { values in
            for feed in watching { feed.take(values, rows: rows, columns, names: names) }
        }
    }

    /// Whether nothing is watched: one look at a number that seldom changes.
    @inline(__always)
    private var isIdle: Bool { board.version == version && feeds.isEmpty }

    /// Whether a model is watched; the watches are then present.
    func isWatching(_ model: String) -> Bool {
        if isIdle { return false }
        find(model, at: time.monotonic())
        return isPresent
    }

    private func find(_ model: String, at now: Instant) {
        let current = board.version
        if current != version {
            version = current
            let known = feeds
            feeds = board.watches.map { watch in
                known.first { $0.watch === watch } ?? WatchFeed(watch, shard: shard)
            }
            watched = nil
        }
        if feeds.contains(where: { $0.watch.isOver(now) }) {
            feeds.removeAll { $0.watch.isOver(now) }
            watched = nil
        }
        if watched != model {
            watched = model
            watching = feeds.filter { $0.watch.plan.model == model }
        }
        isPresent = !watching.isEmpty
    }

    /// The id of a request by which its label finds it: that of its body, else of its head; nil where nobody asks for it.
    private func withID(
        _ exchange: HTTPExchange,
        _ own: Range<Int>?,
        _ names: [UInt8],
        _ body: (UnsafeRawBufferPointer?) -> Void
    ) {
        guard watching.contains(where: { $0.keepsAnswers }) else { return body(nil) }
        guard let own else { return body(exchange.header("x-request-id")) }
        names.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[own])) }
    }
}

// Models of tensors, and those that others answer for: rows and answers are both at hand when the answer is.
extension RequestWatcher {
    /// Counts the rows of tensors and what was answered, one tensor of it.
    func take(_ inputs: [TensorColumns], _ output: TensorColumns?, _ exchange: HTTPExchange, id: ArraySlice<UInt8>?) {
        let rows = inputs.map(\.rows).min() ?? 0
        let names = inputs.flatMap(\.names)
        let places = inputs.enumerated().flatMap { input in (0..<input.element.width).map { (input.offset, $0) } }
        for feed in watching {
            feed.take(rows, places.count, names: names) { row, column in
                inputs[places[column].0].cell(row, places[column].1)
            }
        }
        takeAnswer(output, exchange, id: id)
    }

    /// Counts the rows of the workspace's batch and what was answered, one tensor of it.
    func take(_ workspace: Workspace, _ output: TensorColumns?, _ exchange: HTTPExchange) {
        countRows(workspace, names: [])
        takeAnswer(output, exchange, id: nil)
    }

    private func takeAnswer(_ output: TensorColumns?, _ exchange: HTTPExchange, id: ArraySlice<UInt8>?) {
        if let output {
            withID(exchange, id.map { 0..<$0.count }, id.map { Array($0) } ?? []) { id in
                for feed in watching { feed.answer(output.rows, id: id) { output.answer($0) } }
            }
        }
        isPresent = false
    }
}
