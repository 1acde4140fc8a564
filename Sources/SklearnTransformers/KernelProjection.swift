import Pickle
import Prediction
import Sklearn

/// scikit-learn's KernelPCA and Nystroem: how alike a row is to each of the rows kept from the fit, times a matrix.
struct KernelProjection: Transformer {
    let rules: RowRules
    let kernel: PairwiseKernel
    /// The rows of the fit.
    let kept: Matrix
    /// One row for each number that comes out, of a number for each row of the fit.
    let matrix: Matrix
    /// How alike each row of the fit was to all, on average, and all to all; taken away before where it is there.
    var centre: (rows: [Double], all: Double)?

    var input: Input { rules.input }
    var outputColumns: Int { matrix.rows }

    static func buildNystroem(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let kept = try value.member("components_").matrix()
        let given = try value.optional("kernel_params")
        func parameter(_ name: String) throws(ModelDefect) -> Double? {
            if let own = try value.optional(name) { return try own.number() }
            return try given?.optional(name)?.number()
        }
        let transformer = KernelProjection(
            rules: value.rowRules(columns: kept.columns, sparse: true),
            kernel: try PairwiseKernel(
                value.member("kernel"),
                columns: kept.columns,
                gamma: parameter("gamma"),
                offset: parameter("coef0"),
                degree: parameter("degree")
            ),
            kept: kept,
            matrix: try value.member("normalization_").matrix(columns: kept.rows)
        )
        return EstimatorSteps(transformers: [try transformer.checked(value)])
    }

    static func buildKernelPCA(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let kept = try value.member("X_fit_").matrix()
        var gamma = try value.optional("gamma_")
        if gamma == nil { gamma = try value.optional("gamma") }
        let centerer = try value.member("_centerer")
        var transformer = KernelProjection(
            rules: value.rowRules(columns: kept.columns, sparse: true),
            kernel: try PairwiseKernel(
                value.member("kernel"),
                columns: kept.columns,
                gamma: gamma?.number(),
                offset: value.member("coef0").number(),
                degree: value.member("degree").number()
            ),
            kept: kept,
            matrix: try scaledVectors(value, kept.rows)
        )
        transformer.centre = (
            try centerer.member("K_fit_rows_").vector(kept.rows), try centerer.member("K_fit_all_").number()
        )
        return EstimatorSteps(transformers: [try transformer.checked(value)])
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

    private func checked(_ value: PickleValue) throws(ModelDefect) -> KernelProjection {
        guard kept.columns > 0, kept.rows > 0, matrix.rows > 0 else { throw value.defect("keeps no rows or columns") }
        return self
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        try batch.makeDense(by: rules.name)
        if kernel.refusesNegative, batch.values.contains(where: { $0 < 0 }) {
            throw InputDefect("X contains negative values.")
        }
        try batch.mapRows(to: matrix.rows, work: kept.rows, by: rules.name) { row, projected, likeness in
            kept.values.withUnsafeBufferPointer { values in
                for other in 0..<kept.rows {
                    likeness[other] = kernel.value(row, UnsafeBufferPointer(rebasing: values[kept.range(other)]))
                }
            }
            if let centre { self.centre(likeness, centre.rows, centre.all) }
            matrix.multiply(UnsafeBufferPointer(likeness), into: projected)
        }
    }

    private func centre(_ likeness: UnsafeMutableBufferPointer<Double>, _ rows: [Double], _ all: Double) {
        var mean = 0.0
        for value in likeness { mean += value }
        mean /= Double(rows.count)
        for index in likeness.indices { likeness[index] = likeness[index] - rows[index] - mean + all }
    }
}
