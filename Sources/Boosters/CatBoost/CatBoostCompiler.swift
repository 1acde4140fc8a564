import Prediction
import Trees

/// Makes of what a file says the bins of rows and the tests of splits; refuses what does not fit together.
struct CatBoostCompiler {
    private(set) var bins = FeatureBins()
    /// What each split is, by its number.
    private(set) var tests: [BinTest] = []
    /// Columns that are looked at.
    private(set) var used: [Int] = []
    private var borders: [Int32] = []
    /// Numbers of the splits that combinations may be made of.
    private var borderSplits: [CatBoostFeatures.BorderSplit: Int] = [:]
    private var valueSplits: [CatBoostFeatures.ValueSplit: Int] = [:]
    /// For each categorical feature its column.
    private var columns: [Int32: Int32] = [:]
    /// For each categorical feature that is used which of the hashed ones it is.
    private var hashed: [Int32: Int] = [:]

    init(_ file: CatBoostFile) throws(ModelDefect) {
        for feature in file.features.numeric where !feature.borders.isEmpty { try add(feature) }
        for feature in file.features.categorical { columns[feature.index] = feature.column }
        for feature in file.features.oneHot { try add(feature) }
        try addStatistics(file)
        bins.borders = FixedMemory(borders)
        bins.numericColumns = bins.numeric.map(\.column)
    }

    private mutating func add(_ feature: CatBoostFeatures.Numeric) throws(ModelDefect) {
        let place = "float_features[\(feature.index)]"
        bins.numeric.append(
            FeatureBins.Numeric(
                column: try column(feature.column, place),
                borders: try keep(feature.borders, place),
                bucket: bins.buckets,
                missing: feature.missingIsGreatest ? Borders.above : Borders.below
            )
        )
        for (index, border) in feature.borders.enumerated() {
            borderSplits[.init(feature: feature.index, border: border)] = tests.count + index
        }
        addTests(feature.borders.count, BinTest.above)
    }

    private mutating func add(_ feature: CatBoostFeatures.OneHot) throws(ModelDefect) {
        let order = feature.values.indices.sorted { feature.values[$0] < feature.values[$1] }
        bins.oneHot.append(
            FeatureBins.OneHot(
                category: try hash(feature.feature),
                values: order.map { feature.values[$0] },
                numbers: order,
                bucket: bins.buckets
            )
        )
        for (index, value) in feature.values.enumerated() {
            valueSplits[.init(feature: feature.feature, value: value)] = tests.count + index
        }
        addTests(feature.values.count, BinTest.equal)
    }

    /// Adds the tests of a feature, and the bins for it.
    private mutating func addTests(_ count: Int, _ test: (Int, Int) -> BinTest) {
        for index in 0..<count { tests.append(test(index, bins.buckets)) }
        bins.buckets += RowBins.buckets(for: count)
    }

    private mutating func keep(_ numbers: [Float], _ place: String) throws(ModelDefect) -> Borders {
        guard !numbers.contains(where: \.isNaN), zip(numbers, numbers.dropFirst()).allSatisfy({ $0 <= $1 }) else {
            throw ModelDefect(at: .member("\(place).borders"), what: "do not rise")
        }
        borders += numbers.map { Borders.key($0) }
        return Borders(first: borders.count - numbers.count, count: numbers.count)
    }

    private mutating func column(_ column: Int32, _ place: String) throws(ModelDefect) -> Int {
        guard column >= 0, column < ModelLimits.stepColumnsMax else {
            throw ModelDefect(at: .member("\(place).flat_feature_index"), what: "is \(column)")
        }
        used.append(Int(column))
        return Int(column)
    }

    /// Which of the hashed categories a categorical feature is.
    private mutating func hash(_ feature: Int32) throws(ModelDefect) -> Int {
        if let index = hashed[feature] { return index }
        guard let column = columns[feature] else {
            throw ModelDefect(at: .member("categorical_features"), what: "has no feature \(feature), which is used")
        }
        bins.categories.append(try self.column(column, "categorical_features[\(feature)]"))
        hashed[feature] = bins.categories.count - 1
        return bins.categories.count - 1
    }
}

// Statistics of categories.
extension CatBoostCompiler {
    private mutating func addStatistics(_ file: CatBoostFile) throws(ModelDefect) {
        let tables = Dictionary(zip(file.tables.map(\.key), file.tables.indices)) { first, _ in first }
        var made: [Int: Int] = [:]
        var numbers = 0
        for (index, statistic) in file.features.statistics.enumerated() {
            let place = "ctrs[\(index)]"
            guard let table = tables[statistic.key] else {
                throw ModelDefect(at: .member(place), what: "has no table in ctr_data")
            }
            if made[table] == nil {
                bins.statistics.append(try combination(statistic, file.tables[table], place))
                made[table] = bins.statistics.count - 1
            }
            let combination = made[table] ?? 0
            numbers += bins.statistics[combination].width
            guard numbers <= CatBoostLimits.statisticNumbersMax else {
                throw ModelDefect(
                    at: .member(place),
                    what: "statistics look at more than \(CatBoostLimits.statisticNumbersMax) numbers for a row"
                )
            }
            bins.statistics[combination].statistics.append(
                try self.statistic(statistic, width: bins.statistics[combination].width, place)
            )
            addTests(statistic.borders.count, BinTest.above)
        }
    }

    private mutating func statistic(
        _ statistic: CatBoostFeatures.Statistic,
        width: Int,
        _ place: String
    ) throws(ModelDefect) -> CategoryStatistics.Statistic {
        let needed = CatBoostCompiler.width(statistic.kind, width)
        guard needed == width, needed > 0 else {
            throw ModelDefect(at: .member(place), what: "has a table of \(width) numbers for each category")
        }
        // Of two classes there is one border, whatever its number is.
        let target = statistic.kind == .borders && width == 2 ? 0 : Int(statistic.targetBorder)
        guard (0..<width).contains(target) || statistic.kind != .borders && statistic.kind != .buckets else {
            throw ModelDefect(
                at: .member("\(place).target_border_idx"),
                what: "is \(target), there are \(width) classes"
            )
        }
        return CategoryStatistics.Statistic(
            kind: statistic.kind,
            target: target,
            priorNumerator: statistic.priorNumerator,
            priorDenominator: statistic.priorDenominator,
            shift: statistic.shift,
            scale: statistic.scale,
            borders: try keep(statistic.borders, place),
            bucket: bins.buckets
        )
    }

    /// How many numbers a table of that kind has for each category, where it has `width`.
    private static func width(_ kind: CatBoostTable.Kind, _ width: Int) -> Int {
        switch kind {
        case .borders, .buckets: width
        case .binarizedMean, .floatMean: 2
        case .counter, .frequency: 1
        }
    }

    private mutating func combination(
        _ statistic: CatBoostFeatures.Statistic,
        _ table: CatBoostTable,
        _ place: String
    ) throws(ModelDefect) -> CategoryStatistics {
        guard table.width > 0, table.places.allSatisfy({ (Int($0) + 1) * table.width <= table.numbers.count }) else {
            throw ModelDefect(at: .member(place), what: "has a table with categories that have no numbers")
        }
        var categories: [Int] = []
        for feature in statistic.combination.categories { categories.append(try hash(feature)) }
        let splits =
            statistic.combination.borders.map { borderSplits[$0] }
            + statistic.combination.values.map { valueSplits[$0] }
        let known = splits.compactMap(\.self)
        guard known.count == splits.count else {
            throw ModelDefect(at: .member("\(place).elements"), what: "names a split that no feature has")
        }
        return CategoryStatistics(
            categories: categories,
            tests: known.map { tests[$0] },
            index: try CategoryIndex(table, at: place),
            width: table.width,
            numbers: table.numbers.map { Float($0) },
            denominator: Float(table.denominator)
        )
    }
}
