import Pickle
import Prediction
import Sklearn

/// scikit-learn's KernelPCA and Nystroem: how alike a row is to each of the rows kept from the fit, times a matrix.
struct KernelProjection: Transformer {
    let rules: RowRules
    let kernel: PairwiseKernel
    /// The rows of the fit.
    let points: KernelPoints
    /// From likenesses to the rows of the fit to the numbers that come out.
    let matrix: LaneMatrix
    /// How alike each row of the fit was to all, on average, and all to all; taken away before where it is there.
    var centre: (rows: [Double], all: Double)?

    var input: Input { rules.input }
    var outputColumns: Int { matrix.outputs }

    static func buildNystroem(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let kept = try value.member("components_").matrix()
        let given = try value.optional("kernel_params")
        func parameter(_ name: String) throws(ModelDefect) -> Double? {
            if let own = try value.optional(name) { return try own.number() }
            return try given?.optional(name)?.number()
        }
        let kernel = try PairwiseKernel(
            value.member("kernel"),
            columns: kept.columns,
            gamma: parameter("gamma"),
            offset: parameter("coef0"),
            degree: parameter("degree")
        )
        let matrix = try value.member("normalization_").matrix(columns: kept.rows)
        return EstimatorSteps(transformers: [try KernelProjection(value, kernel, kept, matrix)])
    }

    static func buildKernelPCA(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let kept = try value.member("X_fit_").matrix()
        var gamma = try value.optional("gamma_")
        if gamma == nil { gamma = try value.optional("gamma") }
        let centerer = try value.member("_centerer")
        let kernel = try PairwiseKernel(
            value.member("kernel"),
            columns: kept.columns,
            gamma: gamma?.number(),
            offset: value.member("coef0").number(),
            degree: value.member("degree").number()
        )
        var transformer = try KernelProjection(value, kernel, kept, scaledVectors(value, kept.rows))
        transformer.centre = (
            try centerer.member("K_fit_rows_").vector(kept.rows), try centerer.member("K_fit_all_").number()
        )
        return EstimatorSteps(transformers: [transformer])
    }

    /// The eigenvectors, each divided by the root of its eigenvalue; zeros where that is zero.
    private static func scaledVectors(_ value: PickleValue, _ rows: Int) throws(ModelDefect) -> Matrix {
        var vectors = try value.member("eigenvectors_", formerly: "alphas_").matrix(rows: rows).transposed()
        let values = try value.member("eigenvalues_", formerly: "lambdas_").vector(vectors.rows)
        for row in 0..<vectors.rows {
            let root = values[row].squareRoot()
            for column in 0..<vectors.columns { vectors[row, column] = root == 0 ? 0 : vectors[row, column] / root }
        }
        return vectors
    }

    private init(_ value: PickleValue, _ kernel: PairwiseKernel, _ kept: Matrix, _ matrix: Matrix) throws(ModelDefect) {
        guard kept.columns > 0, kept.rows > 0, matrix.rows > 0 else { throw value.defect("keeps no rows or columns") }
        rules = value.rowRules(columns: kept.columns, sparse: true)
        self.kernel = kernel
        points = KernelPoints(kernel, kept)
        self.matrix = LaneMatrix(matrix)
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        try batch.makeDense(by: rules.name)
        if kernel.refusesNegative, batch.values.contains(where: { $0 < 0 }) {
            throw InputDefect("X contains negative values.")
        }
        let padded = points.paddedCount
        try batch.mapTiles(to: matrix.outputs, work: padded, by: rules.name) { rows, count, projected, likeness in
            let likeness = UnsafeMutableBufferPointer(rebasing: likeness[..<(count * padded)])
            points.compare(rows, count: count, into: likeness)
            if let centre {
                for row in 0..<count {
                    let own = likeness[row * padded..<row * padded + points.count]
                    self.centre(UnsafeMutableBufferPointer(rebasing: own), centre.rows, centre.all)
                }
            }
            matrix.multiply(UnsafeBufferPointer(likeness), count: count, rowStride: padded, into: projected)
        }
    }

    private func centre(_ likeness: UnsafeMutableBufferPointer<Double>, _ rows: [Double], _ all: Double) {
        var mean = 0.0
        for value in likeness { mean += value }
        mean /= Double(rows.count)
        for index in likeness.indices { likeness[index] = likeness[index] - rows[index] - mean + all }
    }
}
