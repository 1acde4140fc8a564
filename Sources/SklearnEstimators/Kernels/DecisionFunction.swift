import Prediction

/// The decision function of a support vector machine: for each row a number for each pair of classes, or one alone.
struct DecisionFunction: Sendable {
    /// Numbers that it takes a row.
    var columns: Int { vectors.columns }
    /// Numbers that it gives a row.
    var outputs: Int { intercepts.count }

    private let kernel: Kernel
    private let vectors: any SupportVectors
    /// From the kernel's values to decisions; nil where there is a vector for each decision.
    private let combination: Combination?
    private let intercepts: [Double]

    /// Rows that are worked on together at most.
    private static let tileRowsMax = 32
    /// Values of the kernel that are kept at a time, unless a single row has more.
    private static let tileValuesMax = 1 << 16

    /// - Parameters:
    ///   - vectors: one in each row.
    ///   - counts: vectors of each class; a single count where there are no classes.
    ///   - coefficients: `counts.count` − 1 rows, at least one, of as many numbers as there are vectors.
    ///   - intercepts: one for each pair of classes, or one.
    init(_ kernel: Kernel, _ vectors: Matrix, counts: [Int], coefficients: [Double], intercepts: [Double]) {
        let (count, columns) = (vectors.rows, vectors.columns)
        let combination = Combination(counts: counts, coefficients: coefficients)
        if kernel == .linear, combination.outputs <= count {
            // The kernel is linear: the vectors can be combined once and for all.
            let weights = (0..<columns).map { column in
                combination.combine { vectors.values[$0 * columns + column] }
            }
            let flat = (0..<combination.outputs).flatMap { output in weights.map { $0[output] } }
            self.vectors = DenseSupportVectors(flat, count: combination.outputs, columns: columns)
            self.combination = nil
        } else {
            self.vectors = DenseSupportVectors(vectors.values, count: count, columns: columns)
            self.combination = combination
        }
        self.kernel = kernel
        self.intercepts = intercepts
    }

    /// The same for vectors most of whose numbers are zero.
    init(_ kernel: Kernel, _ vectors: SparseMatrix, counts: [Int], coefficients: [Double], intercepts: [Double]) {
        self.kernel = kernel
        self.vectors = SparseSupportVectors(vectors)
        self.combination = Combination(counts: counts, coefficients: coefficients)
        self.intercepts = intercepts
    }

    /// Works out the decisions of all rows: `use` is given those of one row after the other, and free work space. The
    /// batch must have `columns` columns.
    func decide(
        _ batch: borrowing Batch,
        _ scratch: inout KernelScratch,
        use: (UnsafeBufferPointer<Double>, inout [Double]) -> Void
    ) {
        let tile = max(
            1,
            min(DecisionFunction.tileRowsMax, DecisionFunction.tileValuesMax / max(1, vectors.blocks * 8))
        )
        scratch.resize(min(tile, batch.rows) * vectors.blocks, decisions: outputs)
        var first = 0
        while first < batch.rows {
            let rows = first..<min(batch.rows, first + tile)
            scratch.values.withUnsafeMutableBufferPointer { compare(batch, rows, into: $0) }
            for row in 0..<rows.count { finish(row, &scratch, use) }
            first = rows.upperBound
        }
    }

    private func finish(
        _ row: Int,
        _ scratch: inout KernelScratch,
        _ use: (UnsafeBufferPointer<Double>, inout [Double]) -> Void
    ) {
        scratch.values.withUnsafeBytes { bytes in
            let all = bytes.assumingMemoryBound(to: Double.self)
            let first = row * vectors.blocks * 8
            let values = UnsafeBufferPointer(rebasing: all[first..<first + vectors.count])
            scratch.decisions.withUnsafeMutableBufferPointer { decisions in
                if let combination {
                    combination.combine(values, into: decisions)
                    for output in 0..<outputs { decisions[output] += intercepts[output] }
                } else {
                    for output in 0..<outputs { decisions[output] = values[output] + intercepts[output] }
                }
                use(UnsafeBufferPointer(rebasing: decisions[..<outputs]), &scratch.work)
            }
        }
    }

    private func compare(
        _ batch: borrowing Batch,
        _ rows: Range<Int>,
        into values: UnsafeMutableBufferPointer<SIMD8<Double>>
    ) {
        switch kernel {
        case .linear: vectors.compare(batch, rows: rows, by: LinearForm(), into: values)
        case .polynomial(let gamma, let coef0, let degree):
            let form = PolynomialForm(gamma: gamma, coef0: coef0, degree: degree)
            vectors.compare(batch, rows: rows, by: form, into: values)
        case .radial(let gamma): vectors.compare(batch, rows: rows, by: RadialForm(gamma: gamma), into: values)
        case .sigmoid(let gamma, let coef0):
            let form = SigmoidForm(gamma: gamma, coef0: coef0)
            vectors.compare(batch, rows: rows, by: form, into: values)
        }
    }
}
