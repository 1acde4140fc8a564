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
    }

    /// How the file's base_score becomes the sum that trees are added to.
    private enum Base {
        case asIs, logit, logarithm
    }

    let name: String
    let link: Link
    private let base: Base

    /// nil where the objective is not known.
    init?(name: String) {
        self.name = name
        switch name {
        case "reg:logistic", "binary:logistic": (link, base) = (.logistic, .logit)
        case "binary:hinge": (link, base) = (.sign, .asIs)
        case "multi:softmax": (link, base) = (.largest, .asIs)
        case "multi:softprob": (link, base) = (.softmax, .asIs)
        case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft":
            (link, base) = (.exponential, .logarithm)
        case "reg:squarederror", "reg:linear", "reg:squaredlogerror", "reg:pseudohubererror", "reg:absoluteerror",
            "reg:quantileerror", "reg:expectileerror", "rank:pairwise", "rank:ndcg", "rank:map", "binary:logitraw":
            (link, base) = (.identity, .asIs)
        default: return nil
        }
    }

    /// The sum that trees are added to.
    func margin(_ score: Float) -> Float {
        switch base {
        case .asIs: score
        case .logit: -logf(1 / score - 1)
        case .logarithm: logf(score)
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
        }
    }

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
