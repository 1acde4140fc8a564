import Glibc

/// How a row of scores becomes a row of what is answered.
package enum Link: Sendable, Equatable {
    /// The scores themselves.
    case identity
    /// Their exponentials.
    case exponential
    /// One logistic function for each class, then normalised; a single score is the second class's.
    case logistic
    /// Exponentials, normalised; a single score is the second class's, its negative the first's.
    case softmax
    /// Scores cut off at -1 and 1 and moved to 0...1, then normalised (Zadrozny and Elkan 2002); all classes alike
    /// where all are 0.
    case modifiedHuber
    /// A single score is the probability of the second class.
    case complement
    /// Each score by its share of their sum; where that is 0, all classes alike or none.
    case share(orEven: Bool)
    /// Softmax of scores by `factor`; a single score is the second class's, its negative the first's.
    case scaledSoftmax(factor: Double)
    /// The second of two scores less the first.
    case difference
    /// 1 where a score is above, else 0.
    case indicator(above: Double)

    /// How many numbers come out of so many scores for so many classes.
    package func outputs(scores: Int, classes: Int) -> Int {
        switch self {
        case .identity, .exponential, .indicator, .share: scores
        case .difference: 1
        case .logistic, .softmax, .scaledSoftmax, .modifiedHuber, .complement: scores == 1 ? classes : scores
        }
    }

    /// Changes rows of `scores` numbers in place.
    package func apply(_ rows: Int, scores: Int, classes: Int, to numbers: inout [Double]) {
        if self == .identity { return }
        let outputs = outputs(scores: scores, classes: classes)
        if outputs == 2, scores == 1 { Link.spread(rows, &numbers) }
        if self == .difference { return Link.differ(rows, &numbers) }
        if applyTogether(rows * outputs, width: outputs, to: &numbers) { return }
        var span = numbers.mutableSpan
        for row in 0..<rows {
            apply(to: row * outputs..<(row + 1) * outputs, isPair: outputs == 2 && scores == 1, &span)
        }
    }

    /// Changes all rows at once, where that can be done; whether it was.
    private func applyTogether(_ count: Int, width: Int, to numbers: inout [Double]) -> Bool {
        numbers.withUnsafeMutableBufferPointer { numbers in
            let numbers = UnsafeMutableBufferPointer(rebasing: numbers[..<count])
            switch self {
            case .exponential: Lanes.best.exponential(numbers)
            case .softmax: Lanes.best.softmax(numbers, width: width)
            case .scaledSoftmax(let factor):
                for index in numbers.indices { numbers[index] *= factor }
                Lanes.best.softmax(numbers, width: width)
            default: return false
            }
            return true
        }
    }

    /// Turns the one score of each row into a pair: its negative and itself.
    private static func spread(_ rows: Int, _ numbers: inout [Double]) {
        numbers.append(contentsOf: repeatElement(0, count: rows))
        for row in (0..<rows).reversed() {
            let score = numbers[row]
            numbers[2 * row] = -score
            numbers[2 * row + 1] = score
        }
    }

    private static func differ(_ rows: Int, _ numbers: inout [Double]) {
        for row in 0..<rows { numbers[row] = numbers[2 * row + 1] - numbers[2 * row] }
        numbers.removeLast(numbers.count - rows)
    }
}

// One row.
extension Link {
    private func apply(to range: Range<Int>, isPair: Bool, _ numbers: inout MutableSpan<Double>) {
        switch self {
        // These are done for all rows together.
        case .identity, .difference, .exponential, .softmax, .scaledSoftmax: return
        case .indicator(let bound): for index in range { numbers[index] = numbers[index] > bound ? 1 : 0 }
        case .complement:
            if isPair { numbers[range.lowerBound] = 1 - numbers[range.lowerBound + 1] }
        case .share(let orEven): Link.normalise(range, &numbers, orEven: orEven)
        case .logistic, .modifiedHuber:
            for index in range { numbers[index] = squash(numbers[index]) }
            if isPair {
                numbers[range.lowerBound] = 1 - numbers[range.lowerBound + 1]
            } else {
                Link.normalise(range, &numbers)
            }
        }
    }

    private func squash(_ score: Double) -> Double {
        self == .logistic ? Link.logistic(score) : (min(1, max(-1, score)) + 1) / 2
    }

    private static func normalise(
        _ range: Range<Int>,
        _ numbers: inout MutableSpan<Double>,
        orEven: Bool = true
    ) {
        var sum = 0.0
        for index in range { sum += numbers[index] }
        if sum == 0, !orEven { return }
        for index in range { numbers[index] = sum == 0 ? 1 / Double(range.count) : numbers[index] / sum }
    }

    /// 1 / (1 + e^-score), without overflow.
    package static func logistic(_ score: Double) -> Double {
        if score >= 0 { return 1 / (1 + exp(-score)) }
        let power = exp(score)
        return power / (1 + power)
    }
}
