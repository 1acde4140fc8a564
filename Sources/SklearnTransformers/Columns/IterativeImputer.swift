import Pickle
import Prediction
import Sklearn

/// scikit-learn's IterativeImputer: what is missing in a column is what an estimator makes of the row's other columns, one
/// column after the other, several times over.
struct IterativeImputer: Transformer {
    /// One column imputed once.
    private struct Turn: Sendable {
        let column: Int
        /// The columns that the estimator sees, in its order.
        let others: [Int]
        let part: Part
        /// What is imputed is not less and not more.
        let range: ClosedRange<Double>
    }

    private let rules: RowRules
    /// What counts as missing; NaN for what is not there.
    private let missing: Double
    /// Fills the rows for the first time.
    private let first: [any Transformer]
    /// Columns that stay, ascending; turns count them only.
    private let kept: [Int]
    /// Columns of which training knew nothing: they stay as they are filled first.
    private let unknown: Set<Int>
    private let turns: [Turn]
    /// Columns that get one more column, which tells where they were missing.
    private let indicated: [Int]

    var input: Input { rules.input }
    var outputColumns: Int { kept.count + indicated.count }

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        if try value.member("sample_posterior").flag() {
            throw value.refusal(.imputedAtRandom, "draws what it imputes at random, which is not native")
        }
        return EstimatorSteps(transformers: [try IterativeImputer(value, builder)])
    }

    private init(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) {
        missing = try value.optional("missing_values")?.number() ?? .nan
        let imputer = try value.member("initial_imputer_")
        let statistics = try imputer.member("statistics_").tensor().values
        rules = value.rowRules(columns: statistics.count, nan: missing.isNaN)
        let steps = try builder.buildStep(imputer).transformers
        guard imputer.className?.name == "SimpleImputer", let step = steps.first, step.input == rules.input else {
            throw imputer.defect("is no SimpleImputer of \(statistics.count) columns of numbers")
        }
        first = steps
        let isEmpty = try value.optional("_is_empty_feature")?.vector(statistics.count).map { $0 != 0 }
        let empty = Set(statistics.indices.filter { isEmpty?[$0] ?? statistics[$0].isNaN })
        let keepsEmpty = try value.optional("keep_empty_features")?.flag() ?? false
        kept = statistics.indices.filter { keepsEmpty || !empty.contains($0) }
        unknown = keepsEmpty ? empty : []
        guard !kept.isEmpty, [kept.count, statistics.count].contains(step.outputColumns) else {
            throw value.defect("keeps \(kept.count) columns, of \(step.outputColumns) that are filled first")
        }
        turns = try IterativeImputer.turns(value, kept.count, builder)
        let wantsIndicator = try value.optional("add_indicator")?.flag() == true
        indicated =
            wantsIndicator ? try value.member("indicator_").member("features_").indices(in: 0..<statistics.count) : []
    }

    private static func turns(
        _ value: PickleValue,
        _ columns: Int,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> [Turn] {
        let listed = try value.member("imputation_sequence_").elements()
        if listed.isEmpty { return [] }
        let least = try value.member("_min_value").tensor().values
        let most = try value.member("_max_value").tensor().values
        var turns: [Turn] = []
        for triplet in listed {
            let members = try triplet.constructorArguments()
            guard members.count == 3 else { throw triplet.defect("is not a column, other columns and an estimator") }
            let column = try members[0].integer()
            guard (0..<columns).contains(column), least.indices.contains(column), most.indices.contains(column),
                least[column] <= most[column]
            else { throw members[0].defect("is column \(column) of \(columns), or one without bounds") }
            let others = try members[1].indices(in: 0..<columns)
            let part = try builder.part(members[2], asking: [.predict])
            guard part.width == 1, part.classes == nil else {
                throw members[2].defect("does not answer with one number")
            }
            try part.predictor.input.checkFits(others.count, at: members[2])
            turns.append(Turn(column: column, others: others, part: part, range: least[column]...most[column]))
        }
        return turns
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        var filled = batch.takeSpare()
        defer { batch.keepSpare(filled) }
        filled.copyRows(of: batch)
        for transformer in first { try transformer.transform(&filled) }
        // A constant fills columns that do not stay, too.
        if filled.columns > kept.count { filled.keepColumns(kept) }
        for turn in turns { try impute(turn, &filled, of: &batch) }
        try Batch.checkSize(batch.rows, outputColumns, by: rules.name)
        batch.nextValues.removeAll(keepingCapacity: true)
        for row in 0..<batch.rows {
            batch.nextValues.append(contentsOf: filled.values[row * kept.count..<(row + 1) * kept.count])
            for column in indicated {
                batch.nextValues.append(isMissing(batch.values[row * rules.columns + column]) ? 1 : 0)
            }
        }
        swap(&batch.values, &batch.nextValues)
        batch.columns = outputColumns
    }

    private func isMissing(_ number: Double) -> Bool { missing.isNaN ? number.isNaN : number == missing }

    /// Imputes one column of the rows that miss it.
    private func impute(_ turn: Turn, _ filled: inout Batch, of batch: inout Batch) throws(InputDefect) {
        let column = kept[turn.column]
        if unknown.contains(column) { return }
        let rows = (0..<batch.rows).filter { isMissing(batch.values[$0 * rules.columns + column]) }
        if rows.isEmpty { return }
        var seen = batch.takeSpare()
        var answer = batch.spareAnswers.popLast() ?? Answer()
        defer {
            batch.keepSpare(seen)
            batch.spareAnswers.append(answer)
        }
        seen.clear()
        seen.rows = rows.count
        seen.columns = turn.others.count
        for row in rows {
            for other in turn.others { seen.values.append(filled.values[row * kept.count + other]) }
        }
        try turn.part.ask(&seen, into: &answer)
        for (place, row) in rows.enumerated() {
            let number = turn.part.number(place, 0, of: answer)
            filled.values[row * kept.count + turn.column] = min(
                turn.range.upperBound,
                max(turn.range.lowerBound, number)
            )
        }
    }
}
