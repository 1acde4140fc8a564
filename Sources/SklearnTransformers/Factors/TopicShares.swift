import Glibc
import Pickle
import Prediction
import Sklearn

/// scikit-learn's LatentDirichletAllocation: the topics' shares of each row of counts, found by variational steps (Hoffman,
/// Blei and Bach 2010, Online learning for latent Dirichlet allocation).
struct TopicShares: Transformer {
    let rules: RowRules
    /// topics × words: exponentials of the expected logarithms of each topic's words.
    let words: Matrix
    /// Weight of each topic before any word is seen.
    let prior: Double
    let tolerance: Double
    let roundsMax: Int

    var input: Input { rules.input }
    var outputColumns: Int { words.rows }

    static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let words = try value.member("exp_dirichlet_component_").matrix()
        guard words.rows > 0, words.columns > 0 else { throw value.defect("knows no topics or words") }
        let roundsMax = try value.member("max_doc_update_iter").rounds(from: 0)
        let transformer = TopicShares(
            rules: value.rowRules(columns: words.columns, sparse: true),
            words: words,
            prior: try value.member("doc_topic_prior_").number(),
            tolerance: try value.member("mean_change_tol").number(),
            roundsMax: roundsMax
        )
        return EstimatorSteps(transformers: [transformer])
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        try batch.makeDense(by: rules.name)
        guard !batch.values.contains(where: { $0 < 0 }) else {
            throw InputDefect("Negative values in data passed to \(rules.name).transform")
        }
        // Behind the shares: their expected logarithms' exponentials, what they were, and the counts by their likelihood.
        let work = 2 * words.rows + words.columns
        try batch.mapRows(to: words.rows, work: work, by: rules.name) { counts, shares, work in
            share(
                counts,
                shares,
                UnsafeMutableBufferPointer(rebasing: work[..<words.rows]),
                UnsafeMutableBufferPointer(rebasing: work[words.rows..<2 * words.rows]),
                UnsafeMutableBufferPointer(rebasing: work[(2 * words.rows)...])
            )
        }
    }

    private func share(
        _ counts: UnsafeBufferPointer<Double>,
        _ shares: UnsafeMutableBufferPointer<Double>,
        _ expected: UnsafeMutableBufferPointer<Double>,
        _ last: UnsafeMutableBufferPointer<Double>,
        _ ratios: UnsafeMutableBufferPointer<Double>
    ) {
        shares.update(repeating: 1)
        expect(shares, into: expected)
        for _ in 0..<roundsMax {
            for topic in shares.indices { last[topic] = shares[topic] }
            step(counts, shares, expected, ratios)
            expect(shares, into: expected)
            var change = 0.0
            for topic in shares.indices { change += abs(shares[topic] - last[topic]) }
            if change / Double(shares.count) < tolerance { break }
        }
        let sum = shares.reduce(0, +)
        for topic in shares.indices { shares[topic] /= sum }
    }

    /// One round: how many of the words speak for each topic, and its prior weight.
    private func step(
        _ counts: UnsafeBufferPointer<Double>,
        _ shares: UnsafeMutableBufferPointer<Double>,
        _ expected: UnsafeMutableBufferPointer<Double>,
        _ ratios: UnsafeMutableBufferPointer<Double>
    ) {
        words.values.withUnsafeBufferPointer { words in
            let width = counts.count
            for word in counts.indices where counts[word] != 0 {
                var likelihood = 0.0
                for topic in shares.indices { likelihood += expected[topic] * words[topic * width + word] }
                ratios[word] = counts[word] / (likelihood + .ulpOfOne)
            }
            for topic in shares.indices {
                var sum = 0.0
                for word in counts.indices where counts[word] != 0 { sum += ratios[word] * words[topic * width + word] }
                shares[topic] = expected[topic] * sum + prior
            }
        }
    }

    /// Exponentials of the expected logarithms of shares that are Dirichlet's.
    private func expect(
        _ weights: UnsafeMutableBufferPointer<Double>,
        into expected: UnsafeMutableBufferPointer<Double>
    ) {
        let all = TopicShares.digamma(weights.reduce(0, +))
        for topic in weights.indices { expected[topic] = exp(TopicShares.digamma(weights[topic]) - all) }
    }

    /// The logarithm of the gamma function, derived (Bernardo 1976, Algorithm AS 103), for numbers above 0.
    static func digamma(_ number: Double) -> Double {
        let eulerGamma = 0.577215664901532860606512090082402431
        if number <= 1e-6 { return -eulerGamma - 1 / number }
        var (x, result) = (number, 0.0)
        while x < 6 {
            result -= 1 / x
            x += 1
        }
        let inverse = 1 / x
        let square = inverse * inverse
        return result + log(x) - 0.5 * inverse
            - square * (1.0 / 12 - square * (1.0 / 120 - square * (1.0 / 252)))
    }
}
