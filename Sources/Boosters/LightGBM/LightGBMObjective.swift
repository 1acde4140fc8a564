import Glibc
import Prediction

/// What a model of LightGBM was trained for: how sums of leaves become answers.
enum LightGBMObjective: Equatable {
    case identity
    /// The sum squared, with its sign.
    case square
    case exponential
    /// 1 / (1 + exp(-factor × sum)), for each class alone.
    case logistic(factor: Double)
    case softmax
    /// log(1 + exp(sum))
    case softplus

    /// - Parameter words: the objective's name, then its parameters; none where a model was trained without.
    init?(_ words: [String]) {
        switch words.first {
        case nil, "custom", "lambdarank", "rank_xendcg": self = .identity
        case "regression", "regression_l2", "regression_l1", "huber", "fair", "quantile", "mape":
            self = words.contains("sqrt") ? .square : .identity
        case "poisson", "gamma", "tweedie": self = .exponential
        case "binary", "multiclassova":
            let factor = words.first { $0.hasPrefix("sigmoid:") }.map { Double($0.dropFirst("sigmoid:".count)) } ?? 1
            guard let factor else { return nil }
            self = .logistic(factor: factor)
        case "multiclass", "softmax": self = .softmax
        case "cross_entropy", "xentropy": self = .logistic(factor: 1)
        case "cross_entropy_lambda", "xentlambda": self = .softplus
        default: return nil
        }
    }

    /// Turns the sums of rows, `outputs` for each, into answers.
    func apply(to sums: inout [Double], outputs: Int) {
        switch self {
        case .identity: return
        case .square: for index in sums.indices { sums[index] = sums[index] * sums[index].magnitude }
        case .exponential: for index in sums.indices { sums[index] = exp(sums[index]) }
        case .logistic(let factor): for index in sums.indices { sums[index] = 1 / (1 + exp(-sums[index] * factor)) }
        case .softplus: for index in sums.indices { sums[index] = log1p(exp(sums[index])) }
        case .softmax:
            Link.softmax.apply(sums.count / outputs, scores: outputs, classes: outputs, to: &sums)
        }
    }
}
