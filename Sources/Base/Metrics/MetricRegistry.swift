import CLinux
import Synchronization

/// The series of one process, written for Prometheus. Each room declares its own in one file.
///
/// Declaring takes a lock, and so does looking a series up by its labels. Counting takes none: every thread adds to memory of
/// its own, and a scrape adds up.
package final class MetricRegistry: Sendable {
    private struct State {
        var families: [any MetricFamily] = []
        var sources: [@Sendable (inout ExpositionWriter) -> Void] = []
    }

    private let state = Mutex(State())
    private let shards: Int
    private let folded: CounterFamily

    /// What the parts of a process that are not told otherwise count in.
    package static let process = MetricRegistry(threads: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

    /// - Parameter threads: how many count at once without meeting in memory.
    package init(threads: Int = 1) {
        shards = MetricRegistry.shards(threads: threads)
        let help = "Label combinations that found no room in their family and were counted as other."
        folded = CounterFamily(MetricDescription("roost_metrics_folded_total", help, ["metric"]), shards: 1) {}
    }

    private static func shards(threads: Int) -> Int {
        var shards = 1
        while shards < min(threads, MetricLimits.shardsMax) { shards *= 2 }
        return shards
    }

    /// A series that only grows.
    package func counter(_ name: String, _ help: String, labels: [String] = []) -> CounterFamily {
        register(name) { CounterFamily(MetricDescription(name, help, labels), shards: shards, folded: $0) }
    }

    /// A series that goes up and down.
    package func gauge(_ name: String, _ help: String, labels: [String] = []) -> GaugeFamily {
        register(name) { GaugeFamily(MetricDescription(name, help, labels), folded: $0) }
    }

    /// A distribution of times over Prometheus' default buckets or given ones.
    ///
    /// - Parameters:
    ///   - unit: of the buckets and the sum.
    ///   - count: name and help of a counter that tells the same requests without their times.
    package func histogram(
        _ name: String,
        _ help: String,
        labels: [String] = [],
        unit: HistogramUnit = .seconds,
        buckets: [Double] = Histogram.defaultBuckets,
        count: (name: String, help: String)? = nil
    ) -> HistogramFamily {
        let scale = HistogramScale(bounds: buckets, unit: unit)
        let description = MetricDescription(name, help, labels)
        return register(name) {
            HistogramFamily(description, scale, count: count, shards: shards, folded: $0)
        }
    }

    /// The family of this name: one that is declared already is the same.
    private func register<Family: MetricFamily>(
        _ name: String,
        make: (_ folded: @escaping @Sendable () -> Void) -> Family
    ) -> Family {
        state.withLock { state in
            if let known = state.families.first(where: { $0.name == name }), let family = known as? Family {
                return family
            }
            let made = make { [folded] in folded.with(name).add() }
            state.families.append(made)
            return made
        }
    }

    /// Adds families that are not counted but read at the time of a scrape.
    package func add(_ source: @escaping @Sendable (inout ExpositionWriter) -> Void) {
        state.withLock { $0.sources.append(source) }
    }

    /// All series.
    package func exposition(_ format: ExpositionFormat = .text) -> String {
        let (families, sources) = state.withLock { ($0.families, $0.sources) }
        var writer = ExpositionWriter(format)
        for family in families { family.write(into: &writer) }
        if !folded.isEmpty { folded.write(into: &writer) }
        for source in sources { source(&writer) }
        writer.end()
        return writer.text
    }
}

/// Bounds of the registry.
package enum MetricLimits {
    /// Label combinations of one family; further ones are counted under the label value `other`.
    package static let seriesMax = 4096
    /// Threads that have memory of their own to count in; further ones share.
    static let shardsMax = 16
}

/// What the families have in common.
protocol MetricFamily: Sendable {
    var name: String { get }
    func write(into writer: inout ExpositionWriter)
}
