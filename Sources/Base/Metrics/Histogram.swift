import Synchronization

/// What a histogram's buckets are told in.
package enum HistogramUnit: Sendable {
    case seconds, milliseconds

    var nanoseconds: Double { self == .seconds ? 1e9 : 1e6 }
}

/// The buckets of a family of histograms.
struct HistogramScale: Sendable {
    /// Upper bounds, in the unit.
    let bounds: [Double]
    let unit: HistogramUnit
    fileprivate let nanoseconds: [Int64]

    init(bounds: [Double], unit: HistogramUnit) {
        self.bounds = bounds
        self.unit = unit
        nanoseconds = bounds.map { Int64($0 * unit.nanoseconds) }
    }
}

/// One distribution of times.
package final class Histogram: Sendable {
    /// The buckets of Prometheus' client libraries, in seconds.
    package static let defaultBuckets = [
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ]

    private let scale: HistogramScale
    /// A count for each bucket, and the sum of all times behind them.
    private let cells: ThreadCells
    /// The address of the exemplars' slots, which are made when the first one comes; 0 before that.
    private let exemplars = Atomic<UInt>(0)

    fileprivate init(_ scale: HistogramScale, shards: Int) {
        self.scale = scale
        cells = ThreadCells(width: scale.bounds.count + 2, shards: shards)
    }

    deinit {
        cells.free()
        ExemplarSlots(at: exemplars.load(ordering: .acquiring))?.free()
    }

    /// Counts one time.
    package func observe(nanoseconds: Int64) { _ = count(nanoseconds) }

    /// Counts one time of a request that was traced.
    package func observe(nanoseconds: Int64, _ exemplar: Exemplar) {
        let bucket = count(nanoseconds)
        slots.set(bucket, exemplar, nanoseconds: nanoseconds)
    }

    private func count(_ nanoseconds: Int64) -> Int {
        let bounds = scale.nanoseconds
        var bucket = 0
        while bucket < bounds.count, nanoseconds > bounds[bucket] { bucket += 1 }
        cells.add(1, to: bucket, and: bounds.count + 1, Int(nanoseconds))
        return bucket
    }

    private var slots: ExemplarSlots {
        if let known = ExemplarSlots(at: exemplars.load(ordering: .acquiring)) { return known }
        let made = ExemplarSlots(count: scale.bounds.count + 1)
        let (isOurs, first) = exemplars.compareExchange(
            expected: 0,
            desired: made.address,
            ordering: .acquiringAndReleasing
        )
        guard !isOurs, let known = ExemplarSlots(at: first) else { return made }
        made.free()
        return known
    }

    fileprivate var snapshot: HistogramSnapshot {
        let unit = scale.unit.nanoseconds
        let slots = ExemplarSlots(at: exemplars.load(ordering: .acquiring))
        var total = 0
        let buckets = 0...scale.bounds.count
        return HistogramSnapshot(
            bounds: scale.bounds,
            cumulative: buckets.map { bucket in
                total += cells.sum(bucket)
                return total
            },
            exemplars: buckets.map { bucket in
                slots?.get(bucket).map { .init(exemplar: $0.exemplar, value: Double($0.nanoseconds) / unit) }
            },
            sum: Double(cells.sum(scale.bounds.count + 1)) / unit
        )
    }
}

/// What a histogram held at one moment, in its unit.
struct HistogramSnapshot {
    struct Example {
        let exemplar: Exemplar
        let value: Double
    }

    let bounds: [Double]
    /// Counts up to each bound; the last one is of all.
    let cumulative: [Int]
    /// By bucket.
    let exemplars: [Example?]
    let sum: Double
}

/// Histograms that differ by their labels.
package final class HistogramFamily: MetricFamily {
    private let description: MetricDescription
    private let scale: HistogramScale
    private let countDescription: MetricDescription?
    private let shards: Int
    private let table: MetricTable<Histogram>

    init(
        _ description: MetricDescription,
        _ scale: HistogramScale,
        count: (name: String, help: String)?,
        shards: Int,
        folded: @escaping @Sendable () -> Void
    ) {
        self.description = description
        self.scale = scale
        self.shards = shards
        countDescription = count.map { MetricDescription($0.name, $0.help, description.labels) }
        table = MetricTable(folded: folded)
    }

    var name: String { description.name }

    /// The histogram with these label values; keep it, do not look it up per event.
    package func with(_ values: String...) -> Histogram { table.find(values) { Histogram(scale, shards: shards) } }
    /// Ends the series with these label values.
    package func remove(_ values: String...) { table.remove(values) }

    func write(into writer: inout ExpositionWriter) {
        let series = table.sorted.map { (labels: description.labels($0.labels), snapshot: $0.series.snapshot) }
        writer.family(description.name, description.help, .histogram)
        for entry in series { writer.sample(entry.labels, entry.snapshot) }
        guard let countDescription else { return }
        writer.family(countDescription.name, countDescription.help, .counter)
        for entry in series { writer.sample(entry.labels, entry.snapshot.cumulative.last ?? 0) }
    }
}
