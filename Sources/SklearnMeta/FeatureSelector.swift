import Pickle
import Prediction
import Sklearn
import SklearnEstimators
import SklearnTransformers

/// scikit-learn's feature selectors: which columns they keep is known when the model is loaded.
enum FeatureSelector {
    /// Which columns are kept.
    private typealias Mask = [Bool]

    /// VarianceThreshold.
    static func buildVariance(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let rules = try value.rowRules(sparse: true, nan: true)
        let threshold = try value.member("threshold").number()
        let variances = try value.member("variances_").vector(rules.columns)
        return try keep(variances.map { $0 > threshold }, rules, value)
    }

    /// SequentialFeatureSelector, which keeps its answer.
    static func buildSupport(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let rules = try value.rowRules(sparse: true, nan: true)
        return try keep(value.member("support_").vector(rules.columns).map { $0 != 0 }, rules, value)
    }

    /// RFE and RFECV, which keep their answer too, and predict by an estimator of what they select.
    static func buildElimination(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect)
        -> EstimatorSteps
    {
        var steps = try buildSupport(value)
        if builder.methods == [.transform] { return steps }
        let estimator = try builder.build(value.member("estimator_"))
        try steps.append(estimator, at: value)
        return steps
    }

    /// SelectKBest, SelectPercentile, SelectFpr, SelectFdr, SelectFwe.
    static func buildUnivariate(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let (parameter, mode) =
            switch value.className?.name {
            case "SelectKBest": ("k", "k_best")
            case "SelectPercentile": ("percentile", "percentile")
            case "SelectFpr": ("alpha", "fpr")
            case "SelectFdr": ("alpha", "fdr")
            default: ("alpha", "fwe")
            }
        return try univariate(value, mode, value.member(parameter))
    }

    /// GenericUnivariateSelect, whose mode says which of the others it is.
    static func buildGeneric(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        try univariate(value, value.member("mode").text(), value.member("param"))
    }

    private static func univariate(
        _ value: PickleValue,
        _ mode: String,
        _ parameter: PickleValue
    ) throws(ModelDefect) -> EstimatorSteps {
        let rules = try value.rowRules(sparse: true)
        let mask: Mask
        switch mode {
        case "k_best":
            let scores = try value.member("scores_").vector(rules.columns)
            mask = try parameter.isText("all") ? scores.map { _ in true } : best(scores, parameter.integer())
        case "percentile":
            mask = try percentile(value.member("scores_").vector(rules.columns), parameter.number())
        case "fpr", "fdr", "fwe":
            let doubts = try value.member("pvalues_").vector(rules.columns)
            let alpha = try parameter.number()
            switch mode {
            case "fpr": mask = doubts.map { $0 < alpha }
            case "fwe": mask = doubts.map { $0 < alpha / Double(doubts.count) }
            default: mask = falseDiscovery(doubts, alpha)
            }
        default: throw value.defect("mode \(mode) is not known")
        }
        return try keep(mask, rules, value)
    }

    private static func keep(
        _ mask: Mask,
        _ rules: RowRules,
        _ value: PickleValue
    ) throws(ModelDefect) -> EstimatorSteps {
        let kept = mask.indices.filter { mask[$0] }
        guard !kept.isEmpty else { throw value.defect("keeps no columns") }
        return EstimatorSteps(transformers: [ColumnSelection(rules: rules, kept: kept)])
    }
}

// Univariate rules.
extension FeatureSelector {
    /// NaN is the lowest of all scores.
    private static func clean(_ scores: [Double]) -> [Double] {
        scores.map { $0.isNaN ? -.greatestFiniteMagnitude : $0 }
    }

    /// The highest scores, of equals the last.
    private static func best(_ scores: [Double], _ count: Int) -> Mask {
        let scores = clean(scores)
        let order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
        var mask = Mask(repeating: false, count: scores.count)
        for column in order.suffix(max(0, min(count, scores.count))) { mask[column] = true }
        return mask
    }

    /// Scores above a percentile; of those that are equal to it the first, as far as the percentage allows.
    private static func percentile(_ scores: [Double], _ percentage: Double) -> Mask {
        if percentage == 100 { return Mask(repeating: true, count: scores.count) }
        if percentage == 0 { return Mask(repeating: false, count: scores.count) }
        let scores = clean(scores)
        let threshold = quantile(scores.sorted(), (100 - percentage) / 100)
        var mask = scores.map { $0 > threshold }
        let ties = scores.indices.filter { scores[$0] == threshold }
        let room = Int((Double(scores.count) * percentage / 100).clamped(to: 0...Double(scores.count)))
        let taken = room - mask.count { $0 }
        // A negative count leaves out so many of the last, as a slice in Python does.
        for column in taken >= 0 ? ties.prefix(taken) : ties.dropLast(-taken) { mask[column] = true }
        return mask
    }

    /// numpy's percentile: linear between neighbours.
    static func quantile(_ sorted: [Double], _ part: Double) -> Double {
        let place = (part * Double(sorted.count - 1)).clamped(to: 0...Double(sorted.count - 1))
        let low = Int(place)
        let high = min(low + 1, sorted.count - 1)
        let share = place - Double(low)
        let step = sorted[high] - sorted[low]
        return share < 0.5 ? sorted[low] + step * share : sorted[high] - step * (1 - share)
    }

    /// Benjamini and Hochberg's procedure.
    private static func falseDiscovery(_ doubts: [Double], _ alpha: Double) -> Mask {
        let sorted = doubts.sorted()
        let bound = sorted.indices.last { sorted[$0] <= alpha / Double(doubts.count) * Double($0 + 1) }
        return doubts.map { doubt in bound.map { doubt <= sorted[$0] } ?? false }
    }
}

// Importance in a model.
extension FeatureSelector {
    /// SelectFromModel, by the coefficients or importances that the model keeps.
    static func buildFromModel(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let estimator = try value.member("estimator_", formerly: "estimator")
        let importances = try importances(estimator, value)
        let rules = value.rowRules(columns: importances.count, sparse: true, nan: true)
        let threshold = try threshold(value.optional("threshold"), estimator, importances)
        var mask = Mask(repeating: true, count: importances.count)
        if let limit = try value.optional("max_features") {
            var most = limit
            if let fitted = try value.optional("max_features_") { most = fitted }
            let order = importances.indices.sorted { (-importances[$0], $0) < (-importances[$1], $1) }
            for column in order.dropFirst(max(0, try most.integer())) { mask[column] = false }
        }
        for column in importances.indices where importances[column] < threshold { mask[column] = false }
        return try keep(mask, rules, value)
    }

    private static func importances(_ estimator: PickleValue, _ value: PickleValue) throws(ModelDefect) -> [Double] {
        var getter: String?
        if let given = try value.optional("importance_getter"), !given.isText("auto") { getter = try given.text() }
        let rows: Matrix
        switch try FeatureImportances.weights(estimator, getter: getter) {
        case .flat(let weights): return weights.map(abs)
        case .rows(let matrix): rows = matrix
        }
        let order = try value.optional("norm_order")?.number() ?? 1
        guard order == 1 || order == 2 || order == .infinity || order == -.infinity else {
            throw value.refusal(.importanceNorm, "norm_order \(order) is not native")
        }
        return (0..<rows.columns).map { column in
            let numbers = (0..<rows.rows).map { abs(rows[$0, column]) }
            if order == 1 { return numbers.reduce(0, +) }
            if order == 2 { return numbers.reduce(0) { $0 + $1 * $1 }.squareRoot() }
            return (order > 0 ? numbers.max() : numbers.min()) ?? 0
        }
    }

    /// A number, or a share of the mean or median; without it what suits the model.
    private static func threshold(
        _ value: PickleValue?,
        _ estimator: PickleValue,
        _ importances: [Double]
    ) throws(ModelDefect) -> Double {
        let mean = importances.reduce(0, +) / Double(max(1, importances.count))
        guard let value else { return try isLasso(estimator) ? 1e-5 : mean }
        guard let text = try? value.text() else { return try value.number() }  // any other kind is tried as a number
        let parts = text.split(separator: "*").map { $0.filter { $0 != " " } }
        let factor = parts.count == 2 ? Double(parts[0]) : 1
        guard let factor, let reference = parts.last, parts.count <= 2 else { throw value.defect("is no threshold") }
        switch reference {
        case "mean": return factor * mean
        case "median": return factor * quantile(importances.sorted(), 0.5)
        default: throw value.defect("threshold \(text) is not known")
        }
    }

    private static func isLasso(_ estimator: PickleValue) throws(ModelDefect) -> Bool {
        let name = estimator.className?.name ?? ""
        if name.contains("Lasso") { return true }
        if try estimator.optional("penalty")?.isText("l1") == true { return true }
        var ratio: PickleValue?
        switch name {
        case "ElasticNet", "LogisticRegression": ratio = try estimator.optional("l1_ratio")
        case "ElasticNetCV", "LogisticRegressionCV": ratio = try estimator.optional("l1_ratio_")
        default: return false
        }
        return try ratio?.tensor().values.allSatisfy { abs($0 - 1) <= 1e-5 } ?? false
    }
}

extension Double {
    /// The nearest number within bounds; the lower of them for NaN.
    fileprivate func clamped(to bounds: ClosedRange<Double>) -> Double {
        self > bounds.lowerBound ? Swift.min(self, bounds.upperBound) : bounds.lowerBound
    }
}
