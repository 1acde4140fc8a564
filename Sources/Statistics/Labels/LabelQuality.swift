import Base

/// How good answers were, by the labels that came for them.
package struct LabelQuality: Equatable, Sendable {
    /// Labelled answers.
    package let count: Int
    /// The share of right classes; nil for numbers that are no chances.
    package private(set) var accuracy: Double?
    /// The chance that a positive has a higher score than a negative; nil without scores, or without one of both.
    package private(set) var auc: Double?
    /// The mean squared difference of scores and truths (Brier).
    package private(set) var brier: Double?
    /// The mean distance of scores and shares of positives over ten bins of scores, weighted by their size.
    package private(set) var calibrationError: Double?
    /// Of numbers: the root of the mean squared error.
    package private(set) var rootMeanSquareError: Double?
    /// Of numbers: the mean error, positive where too much was told.
    package private(set) var bias: Double?

    private static let bins = 10

    /// - Parameter positive: the label that scores are chances of; nil means 1.
    package init(_ answers: [LabelledAnswer], positive: String? = nil) {
        count = answers.count
        guard !answers.isEmpty else { return }
        if let scored = LabelQuality.scored(answers, positive: positive ?? "1") {
            rate(scored)
            accuracy = LabelQuality.share(of: answers, zip(answers, scored)) { answer, scored in
                answer.score == nil
                    ? (scored.score >= 0.5) == scored.isPositive
                    : answer.predicted.categoryText == answer.label.categoryText
            }
        } else if let pairs = LabelQuality.numbers(answers) {
            measure(pairs)
        } else {
            accuracy = LabelQuality.share(of: answers, zip(answers, answers)) { answer, _ in
                answer.predicted.categoryText == answer.label.categoryText
            }
        }
    }

    private static func share<Other>(
        of answers: [LabelledAnswer],
        _ pairs: some Sequence<(LabelledAnswer, Other)>,
        _ isRight: (LabelledAnswer, Other) -> Bool
    ) -> Double {
        Double(pairs.reduce(0) { $0 + (isRight($1.0, $1.1) ? 1 : 0) }) / Double(answers.count)
    }

    private struct Scored {
        let score: Double
        let isPositive: Bool
    }

    /// The answers as chances of the positive class: by their scores, or where numbers between 0 and 1 were answered and the
    /// labels are 0 and 1. Nil where they are none.
    private static func scored(_ answers: [LabelledAnswer], positive: String) -> [Scored]? {
        let labels = Set(answers.map(\.label.categoryText))
        guard labels.isSubset(of: ["0", "1"]) || labels.contains(positive) else { return nil }
        let isChance = answers.contains { $0.predicted.double.map { $0 > 0 && $0 < 1 } ?? false }
        let scored = answers.compactMap { answer -> Scored? in
            guard let score = answer.score ?? (isChance ? answer.predicted.double : nil), (0...1).contains(score)
            else { return nil }
            return Scored(score: score, isPositive: answer.label.categoryText == positive)
        }
        return scored.count == answers.count ? scored : nil
    }

    /// Predicted and true numbers, where not all of them are whole, as classes are.
    private static func numbers(_ answers: [LabelledAnswer]) -> [(predicted: Double, label: Double)]? {
        let pairs = answers.compactMap { answer in
            answer.predicted.double.flatMap { predicted in answer.label.double.map { (predicted, $0) } }
        }
        let areWhole = answers.allSatisfy { $0.predicted.int != nil && $0.label.int != nil }
        return pairs.count == answers.count && !areWhole ? pairs : nil
    }

    private mutating func rate(_ answers: [Scored]) {
        let total = Double(answers.count)
        brier =
            answers.reduce(0) { $0 + ($1.score - ($1.isPositive ? 1 : 0)) * ($1.score - ($1.isPositive ? 1 : 0)) }
            / total
        var bins = Array(repeating: (count: 0.0, scores: 0.0, positives: 0.0), count: LabelQuality.bins)
        for answer in answers {
            let bin = min(LabelQuality.bins - 1, Int(answer.score * Double(LabelQuality.bins)))
            bins[bin].count += 1
            bins[bin].scores += answer.score
            bins[bin].positives += answer.isPositive ? 1 : 0
        }
        calibrationError = bins.reduce(0) { $0 + abs($1.scores - $1.positives) } / total
        auc = LabelQuality.area(answers)
    }

    /// By the ranks of the positives, equal scores at their middle (Mann and Whitney 1947).
    private static func area(_ answers: [Scored]) -> Double? {
        let sorted = answers.sorted { $0.score < $1.score }
        let positives = Double(answers.count(where: \.isPositive))
        let negatives = Double(answers.count) - positives
        guard positives > 0, negatives > 0 else { return nil }
        var (ranks, at) = (0.0, 0)
        while at < sorted.count {
            var end = at
            while end < sorted.count, sorted[end].score == sorted[at].score { end += 1 }
            let middle = Double(at + end + 1) / 2
            ranks += middle * Double(sorted[at..<end].count(where: \.isPositive))
            at = end
        }
        return (ranks - positives * (positives + 1) / 2) / (positives * negatives)
    }

    private mutating func measure(_ pairs: [(predicted: Double, label: Double)]) {
        let total = Double(pairs.count)
        bias = pairs.reduce(0) { $0 + $1.predicted - $1.label } / total
        let square = pairs.reduce(0) { $0 + ($1.predicted - $1.label) * ($1.predicted - $1.label) } / total
        rootMeanSquareError = square.squareRoot()
    }
}
