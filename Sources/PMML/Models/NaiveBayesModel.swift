import Glibc
import Prediction

/// Shares of classes by Bayes' rule, fields taken as independent; worked out in logarithms.
struct NaiveBayesModel: ModelBody {
    /// What a field says of the classes.
    enum Input: Sendable {
        /// For each class a normal distribution (mean, variance); NaN where a class has none.
        case normal(Expression, [(mean: Double, variance: Double)])
        case poisson(Expression, [Double])
        /// For each value the logarithm of the classes' shares of it.
        case counts(Expression, [Value: [Double]])
    }

    let inputs: [Input]
    /// Logarithms of how many rows each class had.
    let priors: [Double]
    let threshold: Double

    func evaluate(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Outcome {
        let first = model.firstScore
        for index in priors.indices { work.scores[first + index] = priors[index] }
        for input in inputs {
            switch input {
            case .counts(let field, let shares):
                guard let shares = shares[try field.evaluate(work)] else { continue }
                for index in shares.indices { work.scores[first + index] += shares[index] }
            case .normal(let field, let distributions):
                guard let number = try number(field, work) else { continue }
                for (index, (mean, variance)) in distributions.enumerated() where !mean.isNaN {
                    let square = (number - mean) * (number - mean)
                    let density = exp(-square / (2 * variance)) / (2 * Double.pi * variance).squareRoot()
                    work.scores[first + index] += log(max(density, threshold))
                }
            case .poisson(let field, let means):
                guard let number = try number(field, work) else { continue }
                for (index, mean) in means.enumerated() where !mean.isNaN {
                    let density = exp(number * log(mean) - mean - lgamma(number + 1))
                    work.scores[first + index] += log(max(density, threshold))
                }
            }
        }
        try Shares.softmax(&work.scores, first..<first + priors.count, Precision(isSingle: false))
        return try model.classification(work)
    }

    private func number(_ field: Expression, _ work: Workspace) throws(InputDefect) -> Double? {
        let value = try field.evaluate(work)
        return value.isMissing ? nil : try work.number(value)
    }
}
