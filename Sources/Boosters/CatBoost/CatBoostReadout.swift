import Glibc
import Prediction

/// What a model of CatBoost answers with, and how its sums become that.
enum CatBoostReadout: Sendable, Equatable {
    /// The sums.
    case sums
    /// Their exponentials.
    case exponentials
    /// Mean and variance: the second sum is the logarithm of the standard deviation.
    case meanAndVariance
    /// The second class where the sum is above the bound.
    case pair(Labels, above: Double)
    /// The class of the largest sum.
    case largest(Labels)
    /// For each sum whether it is above 0.
    case flags
    /// Probabilities of two classes; the sum is the second's logit.
    case pairProbabilities
    /// Probabilities of classes that exclude each other.
    case softmax
    /// A probability for each sum alone.
    case logistic

    /// What is answered, where a row has so many sums.
    func output(_ sums: Int) -> Output {
        switch self {
        case .sums, .exponentials, .meanAndVariance: .numbers(columns: sums == 1 ? nil : sums)
        case .pair(let labels, _), .largest(let labels): .labels(labels)
        case .flags: .numbers(columns: sums, type: .int64)
        case .pairProbabilities: .numbers(columns: 2)
        case .softmax, .logistic: .numbers(columns: sums)
        }
    }

    /// Turns the sums of rows, `width` for each, into the answer.
    func apply(_ width: Int, to answer: inout Answer) {
        let rows = answer.numbers.count / width
        switch self {
        case .sums: return
        case .exponentials: Link.exponential.apply(rows, scores: width, classes: width, to: &answer.numbers)
        case .meanAndVariance:
            for row in 0..<rows { answer.numbers[2 * row + 1] = exp(2 * answer.numbers[2 * row + 1]) }
        case .pair(_, let bound):
            answer.labels.removeAll(keepingCapacity: true)
            for sum in answer.numbers { answer.labels.append(sum > bound ? 1 : 0) }
        case .largest: chooseLargest(rows, width, &answer)
        case .flags: Link.indicator(above: 0).apply(rows, scores: width, classes: width, to: &answer.numbers)
        case .pairProbabilities: Link.logistic.apply(rows, scores: 1, classes: 2, to: &answer.numbers)
        case .softmax: Link.softmax.apply(rows, scores: width, classes: width, to: &answer.numbers)
        case .logistic:
            for index in answer.numbers.indices { answer.numbers[index] = 1 / (1 + exp(-answer.numbers[index])) }
        }
    }

    private func chooseLargest(_ rows: Int, _ width: Int, _ answer: inout Answer) {
        answer.labels.removeAll(keepingCapacity: true)
        for row in 0..<rows {
            let first = row * width
            var best = first
            for index in first..<first + width where answer.numbers[index] > answer.numbers[best] { best = index }
            answer.labels.append(Int32(best - first))
        }
    }
}

extension CatBoostReadout {
    /// How a model that was trained for a loss answers.
    init(
        _ file: CatBoostFile,
        _ estimator: CatBoostBooster.Estimator,
        wantsProbabilities: Bool
    ) throws(ModelDefect) {
        let sums = file.trees.dimensions
        let loss = estimator == .plain ? "" : try file.lossName()
        switch loss {
        case "Logloss", "CrossEntropy", "Focal":
            guard sums == 1 else { throw ModelDefect(at: .member("loss_function"), what: "is \(loss) of \(sums) sums") }
            let bound = try file.probabilityBound()
            self = wantsProbabilities ? .pairProbabilities : .pair(try file.labels(2), above: -log(1 / bound - 1))
        case "MultiClass", "MultiClassOneVsAll":
            let probabilities = loss == "MultiClass" ? CatBoostReadout.softmax : .logistic
            self = wantsProbabilities ? probabilities : .largest(try file.labels(sums))
        case "MultiLogloss", "MultiCrossEntropy": self = wantsProbabilities ? .logistic : .flags
        case "RMSEWithUncertainty" where sums == 2: self = .meanAndVariance
        case "Poisson", "Tweedie": self = .exponentials
        default: self = .sums
        }
    }
}
