import Pickle
import Prediction
import Sklearn

// The estimators that are projections.
extension LinearProjection {
    /// PCA and IncrementalPCA.
    static func buildPCA(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        var projection = try LinearProjection(value, value.member("components_").matrix(), sparse: true)
        let mean = try value.optional("mean_")?.vector(projection.matrix.inner)
        projection.offset = mean.map(projection.matrix.times)
        if try value.member("whiten").flag() {
            let variances = try value.member("explained_variance_").vector(projection.matrix.outputs)
            projection.divisor = variances.map { max($0.squareRoot(), .ulpOfOne) }
        }
        return EstimatorSteps(transformers: [projection])
    }

    /// TruncatedSVD and NeighborhoodComponentsAnalysis.
    static func buildPlain(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let isSparse = value.className?.name == "TruncatedSVD"
        let matrix = try value.member("components_").matrix()
        return EstimatorSteps(transformers: [try LinearProjection(value, matrix, sparse: isSparse)])
    }

    /// GaussianRandomProjection and SparseRandomProjection.
    static func buildRandom(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let components = try value.member("components_")
        var projection = try LinearProjection(value, components.matrix(), sparse: true)
        let isDense = try value.optional("dense_output")?.flag() ?? true
        projection.keepsSparse = components.isSparse && !isDense
        return EstimatorSteps(transformers: [projection])
    }

    static func buildFastICA(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        var projection = try LinearProjection(value, value.member("components_").matrix())
        // `whiten` is False where nothing was taken away.
        if let mean = try value.optional("mean_") { projection.centre = try mean.vector(projection.matrix.inner) }
        return EstimatorSteps(transformers: [projection])
    }

    /// FactorAnalysis: the expected value of the factors (Barber, Bayesian Reasoning and Machine Learning, 21.2.33).
    static func buildFactorAnalysis(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let components = try value.member("components_").matrix()
        let noise = try value.member("noise_variance_").vector(components.columns)
        let scaled = Matrix(
            rows: components.rows,
            columns: components.columns,
            values: components.values.indices.map { components.values[$0] / noise[$0 % components.columns] }
        )
        try value.heap.spend(components.rows * components.rows, at: value.place)
        var precision = scaled.times(components.transposed())
        for factor in 0..<precision.rows { precision[factor, factor] += 1 }
        guard let matrix = precision.solve(scaled) else { throw value.defect("components_ cannot be inverted") }
        var projection = try LinearProjection(value, matrix)
        projection.centre = try value.member("mean_").vector(components.columns)
        return EstimatorSteps(transformers: [projection])
    }

    /// SparsePCA and MiniBatchSparsePCA: the parts of the components by ridge regression.
    static func buildSparsePCA(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let components = try value.member("components_").matrix()
        let weight = try value.member("ridge_alpha").number()
        try value.heap.spend(components.rows * components.rows, at: value.place)
        var gram = components.times(components.transposed())
        for row in 0..<gram.rows { gram[row, row] += weight }
        guard let matrix = gram.solve(components) else { throw value.defect("components_ cannot be inverted") }
        var projection = try LinearProjection(value, matrix)
        projection.centre = try value.member("mean_").vector(components.columns)
        return EstimatorSteps(transformers: [projection])
    }

    /// LinearDiscriminantAnalysis, where it is a step before others.
    static func buildDiscriminant(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let solver = try value.member("solver")
        guard !solver.isText("lsqr") else {
            throw solver.defect("transform not implemented for 'lsqr' solver (use 'svd' or 'eigen').")
        }
        let scalings = try value.member("scalings_").matrix().transposed()
        let kept = min(scalings.rows, max(0, try value.member("_max_components").integer()))
        var projection = try LinearProjection(value, scalings.prefix(kept))
        if solver.isText("svd") { projection.centre = try value.member("xbar_").vector(scalings.columns) }
        return EstimatorSteps(transformers: [projection])
    }

    /// PLSRegression, PLSCanonical, CCA and PLSSVD, where they are a step before others.
    static func buildLeastSquares(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let isSVD = value.className?.name == "PLSSVD"
        let rotations = try value.member(isSVD ? "x_weights_" : "x_rotations_").matrix().transposed()
        let deviations = try value.member("_x_std", formerly: "x_std_").vector(rotations.columns)
        let matrix = Matrix(
            rows: rotations.rows,
            columns: rotations.columns,
            values: rotations.values.indices.map { rotations.values[$0] / deviations[$0 % rotations.columns] }
        )
        var projection = try LinearProjection(value, matrix)
        projection.centre = try value.member("_x_mean", formerly: "x_mean_").vector(rotations.columns)
        return EstimatorSteps(transformers: [projection])
    }
}
