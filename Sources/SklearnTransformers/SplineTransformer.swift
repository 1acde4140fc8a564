import Glibc
import Pickle
import Prediction
import Sklearn

/// scikit-learn's SplineTransformer: each column as the values of B-splines.
struct SplineTransformer: Transformer {
    /// What stands beyond the outermost knots of the fit.
    enum Beyond: Sendable { case constant, linear, polynomial, periodic, refused }

    let rules: RowRules
    let columns: [SplineBasis]
    let beyond: Beyond
    /// Values that come out for each column; the last of them may be dropped.
    let valuesPerColumn: Int
    let dropsLast: Bool
    let isSparse: Bool

    private static let choices: [(name: String, beyond: Beyond)] = [
        ("constant", .constant), ("linear", .linear), ("continue", .polynomial), ("periodic", .periodic),
        ("error", .refused),
    ]

    var input: Input { rules.input }
    var outputColumns: Int { columns.count * (valuesPerColumn - (dropsLast ? 1 : 0)) }

    static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let missing = try value.optional("handle_missing")
        let rules = try value.rowRules(nan: missing?.isText("zeros") ?? false)
        let choice = try value.member("extrapolation")
        guard let beyond = choices.first(where: { choice.isText($0.name) })?.beyond else {
            throw choice.defect("is none of \(choices.map(\.name).joined(separator: ", "))")
        }
        let listed = try value.member("bsplines_")
        var columns: [SplineBasis] = []
        for (index, spline) in try listed.elements().enumerated() {
            columns.append(try SplineBasis(spline, isPeriodic: beyond == .periodic, index, isLinear: beyond == .linear))
        }
        guard let first = columns.first, columns.count == rules.columns,
            columns.allSatisfy({ $0.outputs == first.outputs })
        else { throw listed.defect("does not hold \(rules.columns) splines of the same size") }
        let dropsLast = try !value.member("include_bias").flag()
        guard first.outputs > (dropsLast ? 1 : 0), first.outputs * columns.count <= ModelLimits.stepColumnsMax else {
            throw listed.defect("makes no columns, or more than \(ModelLimits.stepColumnsMax)")
        }
        let transformer = SplineTransformer(
            rules: rules,
            columns: columns,
            beyond: beyond,
            valuesPerColumn: first.outputs,
            dropsLast: dropsLast,
            isSparse: try value.optional("sparse_output")?.flag() ?? false
        )
        return EstimatorSteps(transformers: [transformer])
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        if beyond == .refused { try checkRange(batch) }
        let width = valuesPerColumn - (dropsLast ? 1 : 0)
        try batch.mapRows(to: outputColumns, by: rules.name) { row, values in
            for (column, basis) in columns.enumerated() where !row[column].isNaN {
                let place = UnsafeMutableBufferPointer(rebasing: values[column * width..<(column + 1) * width])
                basis.evaluate(row[column], beyond, into: place)
            }
        }
        if isSparse { batch.makeSparse() }
    }

    private func checkRange(_ batch: borrowing Batch) throws(InputDefect) {
        for row in 0..<batch.rows {
            for (column, basis) in columns.enumerated() {
                let value = batch.values[row * columns.count + column]
                guard value.isNaN || basis.range.contains(value) else {
                    throw InputDefect("`X` contains values beyond the limits of the knots.")
                }
            }
        }
    }
}

/// The B-splines over the knots of one column.
struct SplineBasis: Sendable {
    let knots: [Double]
    let degree: Int
    /// Splines that come out; periodic ones count once, though they begin at one end and go on at the other.
    let outputs: Int
    /// Values and slopes of all splines at both ends, where what lies beyond is taken from them.
    private let ends: [End]
    /// How many splines at either end go on beyond it.
    private let extended: Int

    /// An end of the range.
    private struct End: Sendable {
        let x: Double
        let values: [Double]
        let slopes: [Double]
    }

    /// A degree is not higher than this.
    private static let degreeMax = 64

    init(_ value: PickleValue, isPeriodic: Bool, _ index: Int, isLinear: Bool) throws(ModelDefect) {
        // scipy 1.16 keeps its arrays under other names.
        let knots = try value.member("_t", formerly: "t").tensor().values
        let coefficients = try value.member("_c", formerly: "c").tensor()
        let degree = try value.member("k").integer()
        guard (0...SplineBasis.degreeMax).contains(degree) else { throw value.defect("is of degree \(degree)") }
        let bases = knots.count - degree - 1
        guard bases > degree, knots.allSatisfy(\.isFinite), zip(knots, knots.dropFirst()).allSatisfy({ $0 <= $1 })
        else {
            throw value.defect("has knots that do not ascend, or too few of them")
        }
        outputs = isPeriodic ? bases - degree : bases
        guard coefficients.shape == [bases, outputs], outputs > 0 else {
            throw value.defect("has coefficients of shape \(coefficients.shape), expected is [\(bases), \(outputs)]")
        }
        self.knots = knots
        self.degree = degree
        // scikit-learn 0.24 to 1.9 counts these once more for each column, as long as they are fewer than two.
        extended = isLinear ? max(degree, min(2, degree + 1 + index)) : degree
        let inset = isLinear && degree <= 1 ? min(2, degree + index) : degree
        guard inset <= knots.count - 1 - inset else { throw value.defect("has too few knots") }
        let outer = [knots[inset], knots[knots.count - 1 - inset]]
        var ends: [End] = []
        for x in outer { ends.append(SplineBasis.end(knots, degree, outputs, x)) }
        self.ends = ends
    }

    /// Where the splines are what the fit says.
    var range: ClosedRange<Double> { knots[degree]...knots[knots.count - 1 - degree] }

    /// Writes the value of each spline over zeros; of the last too where there is room for it.
    func evaluate(_ x: Double, _ beyond: SplineTransformer.Beyond, into values: UnsafeMutableBufferPointer<Double>) {
        switch beyond {
        case .periodic:
            let period = range.upperBound - range.lowerBound
            guard period > 0 else { return spread(0, into: values) }
            let offset = fmod(x - range.lowerBound, period)
            spread(range.lowerBound + (offset < 0 ? offset + period : offset), into: values)
        case .polynomial, .refused: spread(x, into: values)
        case .constant, .linear:
            if x < ends[0].x { return extend(ends[0], by: x - ends[0].x, 0..<min(extended, outputs), beyond, values) }
            if x > ends[1].x {
                let first = max(0, outputs - extended)
                return extend(ends[1], by: x - ends[1].x, first..<outputs, beyond, values)
            }
            spread(x, into: values)
        }
    }

    private func extend(
        _ end: End,
        by distance: Double,
        _ splines: Range<Int>,
        _ beyond: SplineTransformer.Beyond,
        _ values: UnsafeMutableBufferPointer<Double>
    ) {
        for spline in splines where spline < values.count {
            values[spline] = end.values[spline] + (beyond == .linear ? distance * end.slopes[spline] : 0)
        }
    }

    private func spread(_ x: Double, into values: UnsafeMutableBufferPointer<Double>) {
        let interval = SplineBasis.interval(of: x, knots, degree)
        SplineBasis.withBasis(knots, degree, x, interval, isSlope: false) { basis in
            for part in 0...degree {
                // A periodic spline that leaves at one end comes back at the other.
                let spline = (interval - degree + part) % outputs
                if spline < values.count { values[spline] += basis[part] }
            }
        }
    }
}

// de Boor's recurrence.
extension SplineBasis {
    /// The stretch between knots that x lies in; the first or last where it lies beyond all.
    private static func interval(of x: Double, _ knots: [Double], _ degree: Int) -> Int {
        var (low, high) = (degree, knots.count - degree - 2)
        while low < high {
            let middle = (low + high + 1) / 2
            if knots[middle] <= x { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// The `degree + 1` splines that are not zero in an interval, or their slopes.
    private static func withBasis(
        _ knots: [Double],
        _ degree: Int,
        _ x: Double,
        _ interval: Int,
        isSlope: Bool,
        _ use: (UnsafeMutableBufferPointer<Double>) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: degree + 1) { basis in
            basis.initialize(repeating: 0)
            basis[0] = isSlope && degree == 0 ? 0 : 1
            for level in 1..<(degree + 1) {
                let isLast = isSlope && level == degree
                var before = basis[0]
                basis[0] = 0
                for part in 1...level {
                    let (right, left) = (knots[interval + part], knots[interval + part - level])
                    let own = before
                    before = basis[part]
                    guard right > left else {
                        basis[part] = 0
                        continue
                    }
                    let weight = (isLast ? Double(level) : 1) * own / (right - left)
                    basis[part - 1] += isLast ? -weight : weight * (right - x)
                    basis[part] = isLast ? weight : weight * (x - left)
                }
            }
            use(basis)
        }
    }
}

extension SplineBasis {
    /// Values and slopes of all splines at a place.
    private static func end(_ knots: [Double], _ degree: Int, _ outputs: Int, _ x: Double) -> End {
        let interval = interval(of: x, knots, degree)
        var both: [[Double]] = []
        for isSlope in [false, true] {
            var all = [Double](repeating: 0, count: outputs)
            withBasis(knots, degree, x, interval, isSlope: isSlope) { basis in
                for part in 0...degree { all[(interval - degree + part) % outputs] += basis[part] }
            }
            both.append(all)
        }
        return End(x: x, values: both[0], slopes: both[1])
    }
}
