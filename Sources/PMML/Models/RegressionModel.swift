import Glibc
import Prediction

/// Linear predictors: one for a number, one for each class.
struct RegressionModel: ModelBody {
    enum Normalization: String { case none, simplemax, softmax, logit, probit, cloglog, exp, loglog, cauchit }

    let tables: [RegressionTable]
    let normalization: Normalization
    let isClassification: Bool
    /// Whether classes are in an order, each table being about those up to its own.
    let isOrdinal: Bool
    let precision: Precision

    func evaluate(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Outcome {
        guard isClassification else {
            guard let sum = try tables[0].sum(work, precision) else { return try model.absent(work) }
            return try model.regression(link(sum))
        }
        let first = model.firstScore
        for index in tables.indices {
            guard let sum = try tables[index].sum(work, precision) else { return try model.absent(work) }
            work.scores[first + index] = sum
        }
        if isOrdinal {
            normalizeOrdinal(&work.scores, first)
        } else if tables.count == 2, isBinomial {
            let share = binaryShare(work.scores[first])
            work.scores[first] = share
            work.scores[first + 1] = precision.rounded(1 - share)
        } else {
            try normalize(&work.scores, first)
        }
        return try model.classification(work)
    }

    /// Whether the second of two classes has what the first one leaves.
    private var isBinomial: Bool {
        switch normalization {
        case .simplemax: false
        case .softmax: tables[1].isEmpty
        default: true
        }
    }

    /// The number of a regression from its linear predictor.
    private func link(_ sum: Double) -> Double {
        switch normalization {
        case .none, .simplemax: sum
        case .exp: precision.rounded(exp(sum))
        default: share(sum, normalization == .softmax ? .logit : normalization)
        }
    }

    private func binaryShare(_ sum: Double) -> Double {
        switch normalization {
        case .none: min(max(sum, 0), 1)
        case .softmax: share(sum, .logit)
        default: share(sum, normalization)
        }
    }

    private func share(_ sum: Double, _ normalization: Normalization) -> Double {
        switch normalization {
        case .logit: Shares.inverseLogit(sum, precision)
        case .probit: precision.rounded(NormalDistribution.probability(below: sum))
        case .cloglog: precision.rounded(1 - precision.rounded(exp(-precision.rounded(exp(sum)))))
        case .loglog: precision.rounded(exp(-precision.rounded(exp(-sum))))
        case .cauchit: precision.rounded(0.5 + precision.rounded(atan(sum)) / Double.pi)
        default: sum
        }
    }

    private func normalize(_ scores: inout [Double], _ first: Int) throws(InputDefect) {
        switch normalization {
        case .none:
            var sum = 0.0
            for index in first..<first + tables.count - 1 { sum = precision.rounded(sum + scores[index]) }
            scores[first + tables.count - 1] = precision.rounded(1 - sum)
        case .softmax: try Shares.softmax(&scores, first..<first + tables.count, precision)
        case .logit:
            for index in first..<first + tables.count { scores[index] = Shares.inverseLogit(scores[index], precision) }
            try Shares.simplemax(&scores, first..<first + tables.count, precision)
        default: try Shares.simplemax(&scores, first..<first + tables.count, precision)
        }
    }

    private func normalizeOrdinal(_ scores: inout [Double], _ first: Int) {
        var sum = 0.0
        for index in first..<first + tables.count - 1 {
            let upTo = binaryShare(scores[index])
            scores[index] = precision.rounded(upTo - sum)
            sum = precision.rounded(sum + scores[index])
        }
        scores[first + tables.count - 1] = precision.rounded(1 - sum)
    }
}

/// From linear predictors to shares.
enum Shares {
    static func inverseLogit(_ sum: Double, _ precision: Precision) -> Double {
        precision.rounded(1 / precision.rounded(1 + precision.rounded(exp(-sum))))
    }

    /// Divides numbers by their sum.
    static func simplemax(_ scores: inout [Double], _ range: Range<Int>, _ precision: Precision) throws(InputDefect) {
        var sum = 0.0
        for index in range { sum = precision.rounded(sum + scores[index]) }
        if sum == 1 { return }
        guard sum != 0 else { throw InputDefect("the numbers of the classes add up to 0") }
        for index in range { scores[index] = precision.rounded(scores[index] / sum) }
    }

    static func softmax(_ scores: inout [Double], _ range: Range<Int>, _ precision: Precision) throws(InputDefect) {
        var most = -Double.infinity
        for index in range { most = max(most, scores[index]) }
        for index in range { scores[index] = precision.rounded(exp(precision.rounded(scores[index] - most))) }
        try simplemax(&scores, range, precision)
    }
}

/// A linear predictor.
struct RegressionTable: Sendable {
    struct Numeric: Sendable, BitwiseCopyable {
        var slot: Int32
        var exponent: Int32
        var coefficient: Double
    }

    /// What is added where a field is a value; of those with the same field at most one.
    struct Categorical: Sendable {
        var slot: Int32
        var coefficients: [Value: Double]
    }

    struct Term: Sendable {
        var factors: [Expression]
        var coefficient: Double
    }

    var numeric: [Numeric] = []
    var categorical: [Categorical] = []
    var terms: [Term] = []
    var intercept = 0.0

    var isEmpty: Bool { numeric.isEmpty && categorical.isEmpty && terms.isEmpty && intercept == 0 }

    /// nil where a number is missing.
    func sum(_ work: Workspace, _ precision: Precision) throws(InputDefect) -> Double? {
        var sum = 0.0
        for predictor in numeric {
            let value = try work.value(predictor.slot)
            if value.isMissing { return nil }
            var number = precision.rounded(try work.number(value))
            if predictor.exponent != 1 { number = precision.rounded(pow(number, Double(predictor.exponent))) }
            sum = precision.rounded(sum + precision.rounded(predictor.coefficient * number))
        }
        for predictor in categorical {
            let value = try work.value(predictor.slot)
            if let coefficient = predictor.coefficients[value] { sum = precision.rounded(sum + coefficient) }
        }
        for term in terms {
            var product = term.coefficient
            for factor in term.factors {
                let value = try factor.evaluate(work)
                if value.isMissing { return nil }
                product = precision.rounded(product * precision.rounded(try work.number(value)))
            }
            sum = precision.rounded(sum + product)
        }
        return precision.rounded(sum + intercept)
    }
}
