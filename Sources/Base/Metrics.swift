import Synchronization

/// The series of one process, written for Prometheus. Each room declares its own in one file.
///
/// Declaring takes a lock; counting is one relaxed atomic addition, without a lock or an allocation.
package final class MetricRegistry: Sendable {
    private let families = Mutex<[any MetricFamily]>([])

    package init() {}

    /// A series that only grows.
    package func counter(_ name: String, _ help: String, labels: [String] = []) -> CounterFamily {
        register(CounterFamily(MetricDescription(name, help, labels)))
    }

    /// A series that goes up and down.
    package func gauge(_ name: String, _ help: String, labels: [String] = []) -> GaugeFamily {
        register(GaugeFamily(MetricDescription(name, help, labels)))
    }

    /// A distribution of times, in seconds, over Prometheus' default buckets or given ones.
    package func histogram(
        _ name: String,
        _ help: String,
        labels: [String] = [],
        buckets: [Double] = Histogram.defaultBuckets
    ) -> HistogramFamily {
        register(HistogramFamily(MetricDescription(name, help, labels), buckets: buckets))
    }

    private func register<Family: MetricFamily>(_ family: Family) -> Family {
        families.withLock { $0.append(family) }
        return family
    }

    /// All series; the text of OpenMetrics lacks its last line, so that others can add theirs.
    package func exposition(_ format: ExpositionFormat = .text) -> String {
        families.withLock { $0 }.map { $0.exposition(format) }.joined()
    }
}

/// How series are written.
package enum ExpositionFormat: Sendable {
    /// Prometheus' text format 0.0.4.
    case text
    /// OpenMetrics 1.0.0, in which a counter's family is called without `_total`, its series with it.
    case openMetrics
}

/// Bounds of the registry.
package enum MetricLimits {
    /// Label combinations of one family; further ones are counted under the label value `other`.
    package static let seriesMax = 4096
}

/// What the families have in common.
private protocol MetricFamily: Sendable {
    func exposition(_ format: ExpositionFormat) -> String
}

/// Name, help and label names of a family.
private struct MetricDescription: Sendable {
    let name: String
    let help: String
    let labels: [String]

    init(_ name: String, _ help: String, _ labels: [String]) {
        self.name = name
        self.help = help
        self.labels = labels
    }

    func head(_ type: String, _ family: String? = nil) -> String {
        "# HELP \(family ?? name) \(help)\n# TYPE \(family ?? name) \(type)\n"
    }

    /// `{a="x",b="y"}`, with further pairs behind; empty where there are none.
    func suffix(_ values: [String], _ further: String = "") -> String {
        var pairs = zip(labels, values).map { "\($0)=\"\(MetricDescription.escaped($1))\"" }
        if !further.isEmpty { pairs.append(further) }
        return pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}"
    }

    private static func escaped(_ value: String) -> String {
        var text = ""
        for character in value {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
        return text
    }
}

/// The series of one family by their label values.
private final class MetricTable<Series: Sendable>: Sendable {
    private let series = Mutex<[[String]: Series]>([:])

    func find(_ values: [String], make: () -> Series) -> Series {
        series.withLock { table in
            if let known = table[values] { return known }
            let key = table.count < MetricLimits.seriesMax ? values : values.map { _ in "other" }
            if let known = table[key] { return known }
            let made = make()
            table[key] = made
            return made
        }
    }

    func remove(_ values: [String]) { series.withLock { table in _ = table.removeValue(forKey: values) } }

    var sorted: [(labels: [String], series: Series)] {
        series.withLock { $0.map { (labels: $0.key, series: $0.value) } }
            .sorted { $0.labels.lexicographicallyPrecedes($1.labels) }
    }
}

/// One series that only grows.
package final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    fileprivate init() {}

    /// Adds `amount`, which must not be negative.
    package func add(_ amount: Int = 1) { count.add(amount, ordering: .relaxed) }
    /// The count so far.
    package var value: Int { count.load(ordering: .relaxed) }
}

/// Counters that differ by their labels.
package final class CounterFamily: Sendable, MetricFamily {
    private let description: MetricDescription
    private let table = MetricTable<Counter>()

    fileprivate init(_ description: MetricDescription) { self.description = description }

    /// The counter with these label values; keep it, do not look it up per event.
    package func with(_ values: String...) -> Counter { table.find(values) { Counter() } }
    /// Ends the series with these label values.
    package func remove(_ values: String...) { table.remove(values) }

    fileprivate func exposition(_ format: ExpositionFormat) -> String {
        let isOpen = format == .openMetrics
        let family =
            isOpen && description.name.hasSuffix("_total") ? String(description.name.dropLast(6)) : description.name
        let series = isOpen ? "\(family)_total" : description.name
        return table.sorted.reduce(into: description.head("counter", family)) { text, entry in
            text += "\(series)\(description.suffix(entry.labels)) \(entry.series.value)\n"
        }
    }
}

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
package final class GaugeFamily: Sendable, MetricFamily {
    private let description: MetricDescription
    private let table = MetricTable<Gauge>()

    fileprivate init(_ description: MetricDescription) { self.description = description }

    /// The gauge with these label values.
    package func with(_ values: String...) -> Gauge { table.find(values) { Gauge() } }
    /// Ends the series with these label values.
    package func remove(_ values: String...) { table.remove(values) }

    fileprivate func exposition(_ format: ExpositionFormat) -> String {
        table.sorted.reduce(into: description.head("gauge")) { text, entry in
            text += "\(description.name)\(description.suffix(entry.labels)) \(entry.series.value)\n"
        }
    }
}

/// One distribution of times.
package final class Histogram: Sendable {
    /// The buckets of Prometheus' client libraries, in seconds.
    package static let defaultBuckets = [
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ]

    private let bounds: [Int64]
    private let counts: [AtomicCount]
    private let sum = Atomic<Int64>(0)

    /// A count that an array can hold: atomics themselves cannot be copied.
    private final class AtomicCount: Sendable {
        let value = Atomic<Int>(0)
    }

    fileprivate init(buckets: [Double]) {
        bounds = buckets.map { Int64($0 * 1e9) }
        counts = (0...buckets.count).map { _ in AtomicCount() }
    }

    /// Counts one time.
    package func observe(nanoseconds: Int64) {
        var bucket = 0
        while bucket < bounds.count, nanoseconds > bounds[bucket] { bucket += 1 }
        counts[bucket].value.add(1, ordering: .relaxed)
        sum.add(nanoseconds, ordering: .relaxed)
    }

    /// Cumulative counts by bucket, the last one being all; and the sum in seconds.
    fileprivate var snapshot: (cumulative: [Int], sum: Double) {
        var total = 0
        let cumulative = counts.map { count in
            total += count.value.load(ordering: .relaxed)
            return total
        }
        return (cumulative, Double(sum.load(ordering: .relaxed)) / 1e9)
    }
}

/// Histograms that differ by their labels.
package final class HistogramFamily: Sendable, MetricFamily {
    private let description: MetricDescription
    private let buckets: [Double]
    private let table = MetricTable<Histogram>()

    fileprivate init(_ description: MetricDescription, buckets: [Double]) {
        self.description = description
        self.buckets = buckets
    }

    /// The histogram with these label values; keep it, do not look it up per event.
    package func with(_ values: String...) -> Histogram { table.find(values) { Histogram(buckets: buckets) } }
    /// Ends the series with these label values.
    package func remove(_ values: String...) { table.remove(values) }

    fileprivate func exposition(_ format: ExpositionFormat) -> String {
        table.sorted.reduce(into: description.head("histogram")) { text, entry in
            let (cumulative, sum) = entry.series.snapshot
            let bounds = buckets.map { String($0) } + ["+Inf"]
            for (bound, count) in zip(bounds, cumulative) {
                text += "\(description.name)_bucket\(description.suffix(entry.labels, "le=\"\(bound)\"")) \(count)\n"
            }
            text += "\(description.name)_sum\(description.suffix(entry.labels)) \(sum)\n"
            text += "\(description.name)_count\(description.suffix(entry.labels)) \(cumulative.last ?? 0)\n"
        }
    }
}
