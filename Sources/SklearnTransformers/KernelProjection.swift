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
    /// What is taken away before; nil where nothing is.
    var centring: KernelCentring?

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
        let kernel = try PairwiseKernel(
            value.member("kernel"),
            columns: kept.columns,
            gamma: gamma?.number(),
            offset: value.member("coef0").number(),
            degree: value.member("degree").number()
        )
        var transformer = try KernelProjection(value, kernel, kept, value.kernelComponents(rows: kept.rows))
        transformer.centring = try KernelCentring(value.member("_centerer"), rows: kept.rows)
        return EstimatorSteps(transformers: [transformer])
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
            if let centring {
                for row in 0..<count {
                    let own = likeness[row * padded..<row * padded + points.count]
                    centring.centre(UnsafeMutableBufferPointer(rebasing: own))
                }
            }
            matrix.multiply(UnsafeBufferPointer(likeness), count: count, rowStride: padded, into: projected)
        }
    }
}
