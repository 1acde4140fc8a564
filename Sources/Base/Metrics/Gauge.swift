import Synchronization

/// One series that goes up and down.
package final class Gauge: Sendable {
    private let bits = Atomic<UInt64>(0)

    fileprivate init() {}

    /// Says what it is now.
    package func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
    /// What it is now.
    package var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
}

/// Gauges that differ by their labels.
package final class GaugeFamily: MetricFamily {
    private let description: MetricDescription
    private let table: MetricTable<Gauge>

    init(_ description: MetricDescription, folded: @escaping @Sendable () -> Void) {
        self.description = description
        table = MetricTable(folded: folded)
    }

    var name: String { description.name }

    /// The gauge with these label values; keep it, do not look it up per event.
    package func with(_ values: String...) -> Gauge { table.find(values) { Gauge() } }
    /// Ends the series with these label values.
    package func remove(_ values: String...) { table.remove(values) }

    func write(into writer: inout ExpositionWriter) {
        writer.family(description.name, description.help, .gauge)
        for entry in table.sorted { writer.sample(description.labels(entry.labels), entry.series.value) }
    }
}
