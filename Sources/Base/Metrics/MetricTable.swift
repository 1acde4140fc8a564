import Synchronization

/// Name, help and label names of a family.
struct MetricDescription: Sendable {
    let name: String
    let help: String
    let labels: [String]

    init(_ name: String, _ help: String, _ labels: [String]) {
        self.name = name
        self.help = help
        self.labels = labels
    }

    /// The labels of a series with these values.
    func labels(_ values: [String]) -> ExpositionWriter.Labels { zip(labels, values).map { (name: $0, value: $1) } }
}

/// The series of one family by their label values.
final class MetricTable<Series: Sendable>: Sendable {
    private let series = Mutex<[[String]: Series]>([:])
    private let folded: @Sendable () -> Void

    /// - Parameter folded: told of every look-up that found no room for a series of its own.
    init(folded: @escaping @Sendable () -> Void) { self.folded = folded }

    func find(_ values: [String], make: () -> Series) -> Series {
        let (found, isFolded) = series.withLock { table in
            if let known = table[values] { return (known, false) }
            let fits = table.count < MetricLimits.seriesMax
            let key = fits ? values : values.map { _ in "other" }
            let found = table[key] ?? make()
            table[key] = found
            return (found, !fits)
        }
        if isFolded { folded() }
        return found
    }

    func remove(_ values: [String]) { series.withLock { table in _ = table.removeValue(forKey: values) } }

    var sorted: [(labels: [String], series: Series)] {
        series.withLock { $0.map { (labels: $0.key, series: $0.value) } }
            .sorted { $0.labels.lexicographicallyPrecedes($1.labels) }
    }
}
