/// One series that only grows.
package final class Counter: Sendable {
    private let cells: ThreadCells

    fileprivate init(shards: Int) { cells = ThreadCells(width: 1, shards: shards) }

    deinit { cells.free() }

    /// Adds `amount`, which must not be negative.
    package func add(_ amount: Int = 1) { cells.add(amount, to: 0) }
    /// The count so far.
    package var value: Int { cells.sum(0) }
}

/// Counters that differ by their labels.
package final class CounterFamily: MetricFamily {
    private let description: MetricDescription
    private let shards: Int
    private let table: MetricTable<Counter>

    init(_ description: MetricDescription, shards: Int, folded: @escaping @Sendable () -> Void) {
        self.description = description
        self.shards = shards
        table = MetricTable(folded: folded)
    }

    var name: String { description.name }

    /// Whether nothing was ever counted.
    var isEmpty: Bool { table.sorted.isEmpty }

    /// The counter with these label values; keep it, do not look it up per event.
    package func with(_ values: String...) -> Counter { table.find(values) { Counter(shards: shards) } }
    /// Ends the series with these label values.
    package func remove(_ values: String...) { table.remove(values) }

    func write(into writer: inout ExpositionWriter) {
        writer.family(description.name, description.help, .counter)
        for entry in table.sorted { writer.sample(description.labels(entry.labels), entry.series.value) }
    }
}
