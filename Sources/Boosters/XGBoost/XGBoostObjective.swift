import Glibc
import Prediction

/// What a model of XGBoost was trained for: how sums of leaves become answers. All arithmetic is in single precision.
struct XGBoostObjective: Sendable {
    /// How a sum becomes an answer.
    enum Link: Sendable {
        case identity, logistic, exponential
        /// 1 above zero, else 0.
        case sign
        /// The index of the largest sum.
        case largest
        /// Probabilities of all classes.
        case softmax
        /// The sums of a row in ascending order.
        case sorted
        /// Each number is more than the one before it, by the softplus of its sum.
        case rising
    }

    /// How the file's base_score becomes the sum that trees are added to.
    private enum Base {
        case asIs, logit, logarithm
        /// The first number, then what `Link.rising` makes the steps between the others of.
        case rising
    }

    let name: String
    let link: Link
    private let base: Base
    /// Whether shares are kept away from 0 and 1 before they become sums.
    private let isBounded: Bool

    /// nil where the objective is not known.
    ///
    /// - Parameter version: of the XGBoost that saved the model.
    init?(name: String, version: [Int32]) {
        self.name = name
        isBounded = !version.lexicographicallyPrecedes([3, 2])
        switch name {
        case "reg:logistic", "binary:logistic": (link, base) = (.logistic, .logit)
        case "binary:hinge": (link, base) = (.sign, .asIs)
        case "multi:softmax": (link, base) = (.largest, .asIs)
        case "multi:softprob": (link, base) = (.softmax, .asIs)
        case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft":
            (link, base) = (.exponential, .logarithm)
        case "reg:squarederror", "reg:linear", "reg:squaredlogerror", "reg:pseudohubererror", "reg:absoluteerror",
            "rank:pairwise", "rank:ndcg", "rank:map", "binary:logitraw":
            (link, base) = (.identity, .asIs)
        // Quantiles cross no more since 3.4.
        case "reg:quantileerror" where !version.lexicographicallyPrecedes([3, 4]): (link, base) = (.sorted, .asIs)
        case "reg:quantileerror": (link, base) = (.identity, .asIs)
        case "reg:expectileerror": (link, base) = (.rising, .rising)
        default: return nil
        }
    }

    /// XGBoost's kRtEps.
    private static let nearlyZero: Float = 1e-6

    /// The sums that trees are added to, one for each output.
    func margins(_ scores: [Float]) -> [Float] {
        guard base == .rising, let first = scores.first else { return scores.map(margin) }
        return [first]
            + zip(scores, scores.dropFirst()).map { low, high in
                let step = max(high - low - XGBoostObjective.nearlyZero, XGBoostObjective.nearlyZero)
                return step + logf(-expm1f(-step))
            }
    }

    private func margin(_ score: Float) -> Float {
        switch base {
        case .asIs, .rising: return score
        case .logarithm: return logf(score)
        case .logit:
            let least = isBounded ? XGBoostObjective.nearlyZero : 0
            return -logf(1 / min(max(score, least), 1 - least) - 1)
        }
    }

    /// Turns the sums of rows, `outputs` for each, into answers.
    func apply(to sums: inout [Double], outputs: Int) {
        switch link {
        case .identity: return
        case .logistic:
            for index in sums.indices { sums[index] = Double(XGBoostObjective.logistic(Float(sums[index]))) }
        case .exponential: for index in sums.indices { sums[index] = Double(expf(Float(sums[index]))) }
        case .sign: for index in sums.indices { sums[index] = sums[index] > 0 ? 1 : 0 }
        case .softmax:
            for first in stride(from: 0, to: sums.count, by: outputs) {
                XGBoostObjective.softmax(&sums, first..<first + outputs)
            }
        case .largest: keepLargest(&sums, outputs)
        case .sorted:
            for first in stride(from: 0, to: sums.count, by: outputs) { sums[first..<first + outputs].sort() }
        case .rising:
            for index in sums.indices where index % outputs > 0 {
                let step = XGBoostObjective.nearlyZero + XGBoostObjective.softplus(Float(sums[index]))
                sums[index] = Double(Float(sums[index - 1]) + step)
            }
        }
    }

    private static func softplus(_ sum: Float) -> Float { max(sum, 0) + log1pf(expf(-sum.magnitude)) }

    /// XGBoost bounds the exponent so that the power is finite.
    private static func logistic(_ sum: Float) -> Float {
        let power = expf(min(-sum, 88.7))
        return 1 / (power + 1 + 1e-16)
    }

    /// XGBoost adds the powers in double precision, then divides in single.
    private static func softmax(_ sums: inout [Double], _ row: Range<Int>) {
        var largest = -Float.infinity
        for index in row { largest = max(largest, Float(sums[index])) }
        var total = 0.0
        for index in row {
            sums[index] = Double(expf(Float(sums[index]) - largest))
            total += sums[index]
        }
        for index in row { sums[index] = Double(Float(sums[index]) / Float(total)) }
    }

    private func keepLargest(_ sums: inout [Double], _ outputs: Int) {
        let rows = sums.count / outputs
        for row in 0..<rows {
            var best = 0
            for output in 1..<outputs where sums[row * outputs + output] > sums[row * outputs + best] { best = output }
            sums[row] = Double(best)
        }
        sums.removeLast(sums.count - rows)
    }
}
