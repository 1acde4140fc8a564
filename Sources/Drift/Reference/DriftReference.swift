package import KServeModel
package import Statistics

/// What rows are held against: the columns of the reference with what they allow, and how to watch them.
package struct DriftReference: Sendable {
    /// One column.
    package struct Column: Sendable {
        package let watched: WatchedFeature
        package let tests: [DriftMonitor.Test]
        /// Finite numbers, or the places of categories.
        package let values: [Double]
        /// Counts in the bins.
        package let counts: [Int]
        package let missingShare: Double

        package var isNumeric: Bool { if case .number = watched.kind { true } else { false } }
    }

    /// The features, then the prediction where the reference has it and it is watched.
    package let columns: [Column]
    package let hasPrediction: Bool
    /// Rows as numbers, categories by their place, NaN for what is missing.
    package let rows: [[Double]]

    package init(_ learnt: LearntRows, _ monitor: DriftMonitor) throws(ReferenceFault) {
        guard !learnt.rows.isEmpty else { throw ReferenceFault("it has no rows") }
        var sources = try DriftReference.sources(learnt, monitor)
        guard !sources.isEmpty, sources.count < WatchLimits.featuresMax else {
            throw ReferenceFault("\(sources.count) features, there must be 1 to \(WatchLimits.featuresMax - 1)")
        }
        let last = learnt.names.count - 1
        hasPrediction = monitor.watchesPredictions && learnt.rows.contains { $0[last] != .missing }
        if hasPrediction {
            sources.append(
                Source(place: last, index: 0, type: monitor.predictionType, tests: monitor.predictionTests, range: nil)
            )
        }
        columns = sources.map { Column($0, of: learnt, monitor) }
        let scales = columns.map { CellScale($0.watched) }
        rows = learnt.rows.map { row in zip(scales, sources).map { $0.value(row[$1.place]) } }
    }

    /// What replicas are given to watch.
    package func plan(id: String, for monitor: DriftMonitor, sampleRows: Int) -> WatchPlan {
        WatchPlan(
            id: id,
            model: monitor.model,
            features: columns.dropLast(hasPrediction ? 1 : 0).map(\.watched),
            prediction: hasPrediction ? columns.last?.watched : nil,
            sampleRows: sampleRows,
            keepsAnswers: monitor.takesLabels
        )
    }
}

extension DriftReference {
    /// Where a column comes from, and what the monitor says of it.
    fileprivate struct Source {
        let place: Int
        let index: Int
        let type: DriftMonitor.FeatureType?
        let tests: [DriftMonitor.Test]?
        let range: ClosedRange<Double>?
    }

    private static func sources(_ learnt: LearntRows, _ monitor: DriftMonitor) throws(ReferenceFault) -> [Source] {
        let names = learnt.names.dropLast()
        if monitor.features.isEmpty {
            return names.indices.map { Source(place: $0, index: $0, type: nil, tests: nil, range: nil) }
        }
        var sources: [Source] = []
        for feature in monitor.features {
            guard let place = names.firstIndex(of: feature.name) ?? feature.index, names.indices.contains(place) else {
                throw ReferenceFault("it has no column \"\(feature.name)\", it has \(names.joined(separator: ", "))")
            }
            sources.append(
                Source(
                    place: place,
                    index: feature.index ?? place,
                    type: feature.type,
                    tests: feature.tests,
                    range: feature.range
                )
            )
        }
        return sources
    }
}

extension DriftReference.Column {
    /// Predictions of at most so many whole numbers are classes.
    private static let classesMax = 20
    /// Bins of as many numbers each.
    private static let bins = 20
    /// How far beyond the reference's numbers one is in range, as a share of theirs.
    private static let margin = 0.1

    fileprivate init(_ source: DriftReference.Source, of learnt: LearntRows, _ monitor: DriftMonitor) {
        let cells = learnt.rows.map { $0[source.place] }
        let known = cells.filter { $0 != .missing }
        let numbers = known.compactMap { if case .number(let number) = $0 { number } else { nil } }
        let isPrediction = source.place == learnt.names.count - 1
        let type = source.type ?? Self.type(numbers, of: known.count, isPrediction: isPrediction)
        let kind: WatchedFeature.Kind =
            switch type {
            case .numeric:
                .number(
                    edges: Self.edges(numbers.sorted()),
                    range: source.range ?? (isPrediction ? nil : Self.range(numbers))
                )
            case .categorical: .category(Self.categories(known))
            }
        watched = WatchedFeature(name: learnt.names[source.place], index: source.index, kind: kind)
        tests = source.tests ?? monitor.tests(of: type)
        missingShare = Double(cells.count - known.count) / Double(max(1, cells.count))
        let scale = CellScale(watched)
        values = known.map { scale.value($0) }.filter(\.isFinite)
        counts = scale.bins(values)
    }

    private static func type(_ numbers: [Double], of count: Int, isPrediction: Bool) -> DriftMonitor.FeatureType {
        guard !numbers.isEmpty, numbers.count == count else { return .categorical }
        let areClasses = isPrediction && Set(numbers).count <= classesMax && numbers.allSatisfy { $0 == $0.rounded() }
        return areClasses ? .categorical : .numeric
    }

    /// Edges between as many numbers each; where there are few different ones, one bin for each.
    private static func edges(_ sorted: [Double]) -> [Double] {
        let different = Set(sorted).sorted()
        if different.count <= bins { return Array(different.dropLast()) }
        let edges = (1..<bins).map { sorted[$0 * sorted.count / bins] }
        return Set(edges).sorted()
    }

    private static func range(_ numbers: [Double]) -> ClosedRange<Double>? {
        guard let low = numbers.min(), let high = numbers.max() else { return nil }
        let more = (high - low) * margin
        return low - more...high + more
    }

    /// The most frequent ones, by name.
    private static func categories(_ cells: [LearntRows.Cell]) -> [String] {
        let counts = cells.compactMap(\.category).reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        let frequent = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(WatchLimits.categoriesMax)
        return frequent.map(\.key).sorted()
    }
}
