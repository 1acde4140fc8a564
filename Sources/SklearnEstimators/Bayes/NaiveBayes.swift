import Glibc
import Pickle
import Prediction
import Sklearn

/// scikit-learn's naive Bayes family: the joint logarithm of likelihood and prior of each class, normalised.
enum NaiveBayes {
    static func buildGaussian(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        try build(value, builder, GaussianDensity(value))
    }

    /// MultinomialNB: X × feature_log_prob_ᵀ + class_log_prior_.
    static func buildMultinomial(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let weights = try value.member("feature_log_prob_").matrix()
        let priors = try value.member("class_log_prior_").vector(weights.rows)
        return try build(value, builder, LinearScores(weights, intercepts: priors, isFlat: false))
    }

    /// ComplementNB: the same; the prior counts only where there is a single class.
    static func buildComplement(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let weights = try value.member("feature_log_prob_").matrix()
        let priors = try value.member("class_log_prior_").vector(weights.rows)
        let intercepts = weights.rows == 1 ? priors : [Double](repeating: 0, count: weights.rows)
        return try build(value, builder, LinearScores(weights, intercepts: intercepts, isFlat: false))
    }

    static func buildBernoulli(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        try build(value, builder, BernoulliLikelihood(value))
    }

    static func buildCategorical(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        try build(value, builder, CategoricalLikelihood(value))
    }

    private static func build(
        _ value: PickleValue,
        _ builder: EstimatorBuilder,
        _ scorer: any Scorer
    ) throws(ModelDefect) -> EstimatorSteps {
        let labels = try value.member("classes_").labels()
        guard scorer.outputs == labels.count else {
            throw value.defect("has \(scorer.outputs) likelihoods for \(labels.count) classes")
        }
        // Joint likelihoods are no decision function in scikit-learn's eyes.
        let method = try builder.method(of: value, having: [.predict, .probabilities])
        let readout: ScoredModel.Readout =
            method == .predict
            ? .labels(labels.count == 1 ? .lowest : .highest, labels)
            : .numbers(.softmax, columns: labels.count, classes: labels.count, type: .float64)
        return try builder.steps(value, scorer, readout, by: method)
    }
}

/// BernoulliNB: columns are there or not; X × (log p − log(1 − p))ᵀ + class_log_prior_ + Σ log(1 − p).
struct BernoulliLikelihood: Scorer {
    private let scores: LinearScores
    /// A column is there where its number is above; nil where numbers are taken as they are.
    private let threshold: Double?

    var input: Input { scores.input }
    var outputs: Int { scores.outputs }
    var keepsRows: Bool { threshold == nil }

    init(_ value: PickleValue) throws(ModelDefect) {
        let there = try value.member("feature_log_prob_").matrix()
        let priors = try value.member("class_log_prior_").vector(there.rows)
        let absent = there.values.map { log(1 - exp($0)) }
        scores = LinearScores(
            Matrix(rows: there.rows, columns: there.columns, values: zip(there.values, absent).map { $0 - $1 }),
            intercepts: (0..<there.rows).map { priors[$0] + absent[there.range($0)].reduce(0, +) },
            isFlat: false
        )
        threshold = try value.optional("binarize")?.number()
        if let threshold, threshold < 0 {
            throw value.defect("binarize is \(threshold), which no sparse row can be compared with")
        }
    }

    func score(_ batch: inout Batch, into numbers: inout [Double]) {
        if let threshold {
            if batch.content == .sparse {
                for index in batch.sparse.values.indices {
                    batch.sparse.values[index] = batch.sparse.values[index] > threshold ? 1 : 0
                }
            } else {
                for index in batch.values.indices { batch.values[index] = batch.values[index] > threshold ? 1 : 0 }
            }
        }
        scores.score(&batch, into: &numbers)
    }
}

/// CategoricalNB: each column names a category, whose logarithm of likelihood stands in a table.
struct CategoricalLikelihood: RowScorer {
    let columns: Int
    let outputs: Int
    /// For each column: outputs × categories.
    private let tables: [Matrix]
    private let priors: [Double]

    init(_ value: PickleValue) throws(ModelDefect) {
        priors = try value.member("class_log_prior_").tensor().values
        outputs = priors.count
        var tables: [Matrix] = []
        for table in try value.member("feature_log_prob_").elements() {
            tables.append(try table.matrix(rows: priors.count))
        }
        self.tables = tables
        columns = tables.count
    }

    func score(
        _ row: Span<Double>,
        into result: inout MutableSpan<Double>,
        _ space: inout MutableSpan<Double>
    ) throws(InputDefect) {
        for output in 0..<outputs { result[output] = priors[output] }
        for column in 0..<columns {
            let table = tables[column]
            // scikit-learn cuts fractions off.
            guard let category = Int(exactly: row[column].rounded(.towardZero)), category >= 0 else {
                throw InputDefect("Negative values in data passed to CategoricalNB (input X)")
            }
            guard category < table.columns else {
                throw InputDefect(
                    "index \(category) is out of bounds for axis 1 with size \(table.columns) (column \(column))"
                )
            }
            for output in 0..<outputs { result[output] += table.values[output * table.columns + category] }
        }
    }
}
