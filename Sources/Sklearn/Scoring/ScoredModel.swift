package import Prediction

/// An estimator that answers by the numbers of a scorer: with them, or with the class that they speak for.
package struct ScoredModel: Predictor {
    /// How numbers become an answer.
    package enum Readout: Sendable {
        /// The class that is chosen by the scores.
        case labels(Choice, Labels)
        /// Several classes, each by its index.
        case labelRows(Labels, columns: Int)
        /// Numbers, so many a row, or one without an axis of its own.
        case numbers(Link, columns: Int?, classes: Int, type: ElementType)
    }

    /// The estimator's class.
    package let name: String
    /// What gives each row its scores.
    package let scorer: any Scorer
    /// What becomes of the scores.
    package let readout: Readout
    /// Whether rows are other estimators' answers, which may be any numbers.
    var takesAnswers = false

    package var input: Input { scorer.input }
    package var keepsRows: Bool { scorer.keepsRows }
    package var output: Output {
        switch readout {
        case .labels(_, let labels): .labels(labels)
        case .labelRows(let labels, let columns): .labelRows(labels, columns: columns)
        case .numbers(_, let columns, _, let type): .numbers(columns: columns, type: type)
        }
    }

    /// Numbers are checked here; what else rows may be is the scorer's business.
    private func check(_ batch: borrowing Batch) throws(InputDefect) {
        guard case .numbers(let columns) = input, !scorer.checksNumbers else { return try input.check(batch, by: name) }
        let rules = RowRules(name: name, columns: columns, allowsSparse: true)
        try (takesAnswers ? rules.ofOwn(columns: columns) : rules).check(batch)
    }

    package func predict(_ batch: inout Batch, into answer: inout Answer) throws(InputDefect) {
        try check(batch)
        try batch.checkAnswerFits(numbersPerRow: scorer.outputs + 1)
        let rows = batch.rows
        try scorer.score(&batch, into: &answer.numbers)
        switch readout {
        case .labels(let choice, _): choice.choose(rows, of: scorer.outputs, answer.numbers, into: &answer.labels)
        case .labelRows:
            answer.labels.removeAll(keepingCapacity: true)
            // Safe: whoever gives indices as numbers has seen to it at load that they are.
            for number in answer.numbers { answer.labels.append(Int32(number)) }
        case .numbers(let link, _, let classes, _):
            link.apply(rows, scores: scorer.outputs, classes: classes, to: &answer.numbers)
        }
    }
}

/// Which class a row of scores speaks for.
package enum Choice: Sendable {
    /// That of the highest score, the first of equals; a single score above 0 speaks for the second class.
    case highest
    /// That of the lowest score, the first of equals.
    case lowest
    /// The second where the single score is above the bound.
    case above(Double)
    /// The second where the single score is the bound or above it.
    case atLeast(Double)
    /// The second where the single score is below the bound.
    case below(Double)
    /// The single score is the class's index.
    case index

    /// The index of the class of each row of `scores` numbers.
    package func choose(_ rows: Int, of scores: Int, _ numbers: [Double], into labels: inout [Int32]) {
        labels.removeAll(keepingCapacity: true)
        let numbers = numbers.span
        for row in 0..<rows { labels.append(Int32(choose(row * scores..<(row + 1) * scores, numbers))) }
    }

    private func choose(_ range: Range<Int>, _ numbers: Span<Double>) -> Int {
        let first = range.lowerBound
        switch self {
        case .highest where range.count == 1: return numbers[first] > 0 ? 1 : 0
        case .above(let bound): return numbers[first] > bound ? 1 : 0
        case .atLeast(let bound): return numbers[first] >= bound ? 1 : 0
        case .index: return Int(numbers[first])
        case .below(let bound): return numbers[first] < bound ? 1 : 0
        case .highest:
            var best = first
            for index in range where numbers[index] > numbers[best] { best = index }
            return best - first
        case .lowest:
            var best = first
            for index in range where numbers[index] < numbers[best] { best = index }
            return best - first
        }
    }
}
