import KServeModel
package import Statistics

/// What the measurements say of the versions: which seems best, how probably, and whether that is certain enough.
package struct Verdict: Equatable, Sendable {
    /// A version held against the baseline; positive means better.
    package struct Advantage: Equatable, Sendable {
        package let arm: Int
        package let difference: AnytimeDifference
    }

    /// The probability of each arm to be best; nil where nothing is known of it.
    package let probabilities: [Double?]
    /// The arm that is most probably best.
    package let best: Int?
    /// Whether it is better than every other with the confidence asked for, whenever one looks.
    package let isDecided: Bool
    package let advantages: [Advantage]
    /// The verdict in plain words.
    package let sentence: String

    package init(_ arms: [MeasuredArm], baseline: Int, by comparison: Comparison) {
        let tallies = arms.map(\.tally)
        let (probabilities, best) = Verdict.probabilities(tallies, comparison)
        (self.probabilities, self.best) = (probabilities, best)
        // So many statements together are as sure as one is to be.
        let confidence = 1 - (1 - comparison.confidence) / Double(max(1, arms.count - 1))
        isDecided =
            best.map { best in
                tallies.indices.allSatisfy { other in
                    other == best
                        || (comparison.advantage(of: tallies[best], over: tallies[other], confidence: confidence)?
                            .interval.lower ?? 0) > 0
                }
            } ?? false
        advantages = tallies.indices.filter { $0 != baseline }.compactMap { arm in
            comparison.advantage(of: tallies[arm], over: tallies[baseline])
                .map { Advantage(arm: arm, difference: $0) }
        }
        sentence = Verdict.sentence(
            arms,
            best: best,
            probability: best.flatMap { probabilities[$0] },
            isDecided: isDecided,
            comparison
        )
    }

    private static func probabilities(
        _ tallies: [ArmTally],
        _ comparison: Comparison
    ) -> (probabilities: [Double?], best: Int?) {
        let merits = tallies.map(comparison.merit)
        let known = merits.indices.filter { merits[$0].count > 0 && merits[$0].posterior != nil }
        var probabilities = tallies.map { _ in nil as Double? }
        guard known.count > 1 else { return (probabilities, nil) }
        let values = BestArm.probabilities(known.compactMap { merits[$0].posterior })
        for (arm, value) in zip(known, values) { probabilities[arm] = value }
        return (probabilities, known.max { (probabilities[$0] ?? 0) < (probabilities[$1] ?? 0) })
    }

    private static func sentence(
        _ arms: [MeasuredArm],
        best: Int?,
        probability: Double?,
        isDecided: Bool,
        _ comparison: Comparison
    ) -> String {
        guard let best, let probability else {
            let missing = arms.filter { comparison.sample($0.tally).count == 0 }.map(\.arm.name)
            let what = comparison.metric == .reward ? "no rewards" : "no requests"
            return missing.isEmpty
                ? "Not decided: too little was measured yet."
                : "Not decided: \(what) of \(missing.joined(separator: ", ")) yet."
        }
        let name = arms[best].arm.name
        let others = arms.indices.filter { $0 != best }
        let sure = "\(Figure.text(comparison.confidence * 100)) %"
        let values =
            "\(comparison.words) \(value(arms[best], comparison)) against "
            + others.map { "\(value(arms[$0], comparison)) of \(arms[$0].arm.name)" }.joined(separator: ", ")
        if isDecided { return "\(name) is better: \(values); \(sure) sure, however often one has looked." }
        return "Not decided: \(name) is best with probability \(Figure.percent(probability)) (\(values)), "
            + "but the difference is not \(sure) sure."
    }

    private static func value(_ arm: MeasuredArm, _ comparison: Comparison) -> String {
        guard let value = comparison.sample(arm.tally).estimate else { return "nothing" }
        return comparison.text(value, isShare: comparison.isShare(arm.tally))
    }
}
