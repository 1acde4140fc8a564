import Glibc
import Pickle
import Prediction
import Sklearn

/// scikit-learn's RBFSampler and SkewedChi2Sampler: the cosines of random projections.
struct FourierSampler: Transformer {
    let rules: RowRules
    let matrix: LaneMatrix
    let phases: [Double]
    /// What is added to a number before its logarithm is taken; no logarithm without it.
    let skew: Double?

    var input: Input { rules.input }
    var outputColumns: Int { matrix.outputs }

    static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let isSkewed = value.className?.name == "SkewedChi2Sampler"
        let matrix = try value.member("random_weights_").matrix().transposed()
        guard matrix.rows > 0, matrix.columns > 0 else { throw value.defect("random_weights_ are none") }
        let sampler = FourierSampler(
            rules: value.rowRules(columns: matrix.columns, sparse: !isSkewed),
            matrix: LaneMatrix(matrix),
            phases: try value.member("random_offset_").vector(matrix.rows),
            skew: isSkewed ? try value.member("skewedness").number() : nil
        )
        return EstimatorSteps(transformers: [sampler])
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        try batch.makeDense(by: rules.name)
        if let skew {
            guard !batch.values.contains(where: { $0 <= -skew }) else {
                throw InputDefect("X may not contain entries smaller than -skewedness.")
            }
            batch.mapEntries { log($1 + skew) }
        }
        let height = (2 / Double(matrix.outputs)).squareRoot()
        try batch.multiply(with: matrix, plus: phases, by: rules.name)
        batch.mapValues { waves in
            Lanes.best.cosine(waves)
            for index in waves.indices { waves[index] *= height }
        }
    }
}

/// scikit-learn's AdditiveChi2Sampler: the Fourier transform of the additive chi-squared kernel, sampled (Vedaldi and
/// Zisserman 2011, Efficient additive kernels via explicit feature maps).
struct AdditiveChiSquaredSampler: Transformer {
    let rules: RowRules
    /// Samples, the first of which gives one number and the others two.
    let steps: Int
    let interval: Double

    /// Samples are not more than this.
    private static let stepsMax = 1024

    var input: Input { rules.input }
    var outputColumns: Int { rules.columns * (2 * steps - 1) }

    static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let steps = try value.member("sample_steps")
        let count = try steps.integer()
        var given = try value.optional("sample_interval_")
        if given == nil { given = try value.optional("sample_interval") }
        let usual = [1: 0.8, 2: 0.5, 3: 0.4]
        guard (1...stepsMax).contains(count), let interval = try given?.number() ?? usual[count] else {
            throw steps.defect("If sample_steps is not in [1, 2, 3], you need to provide sample_interval")
        }
        let sampler = AdditiveChiSquaredSampler(
            rules: try value.rowRules(sparse: true),
            steps: count,
            interval: interval
        )
        return EstimatorSteps(transformers: [sampler])
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        let wasSparse = batch.content == .sparse
        try batch.makeDense(by: rules.name)
        guard !batch.values.contains(where: { $0 < 0 }) else {
            throw InputDefect("Negative values in data passed to X in \(rules.name).")
        }
        try batch.mapRows(to: outputColumns, by: rules.name) { row, samples in
            for column in row.indices where row[column] != 0 { sample(row[column], column, samples) }
        }
        if wasSparse { batch.makeSparse() }
    }

    private func sample(_ value: Double, _ column: Int, _ samples: UnsafeMutableBufferPointer<Double>) {
        samples[column] = (value * interval).squareRoot()
        for step in 1..<steps {
            let factor = (2 * value * interval / cosh(.pi * Double(step) * interval)).squareRoot()
            let angle = Double(step) * interval * log(value)
            samples[(2 * step - 1) * rules.columns + column] = factor * cos(angle)
            samples[2 * step * rules.columns + column] = factor * sin(angle)
        }
    }
}
