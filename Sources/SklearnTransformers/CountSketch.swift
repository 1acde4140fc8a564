import Glibc
import Pickle
import Prediction
import Sklearn

/// scikit-learn's PolynomialCountSketch: the tensor product of a row with itself, sketched: the circular convolution of one
/// sketch of the row for each degree (Pham and Pagh 2013, Fast and scalable polynomial kernels via explicit feature maps).
struct CountSketch: Transformer {
    let rules: RowRules
    let outputColumns: Int
    /// For each degree and each number of a row where it goes in that degree's sketch.
    let places: [[Int]]
    /// And what it is multiplied by there.
    let factors: [[Double]]
    /// A number that stands behind each row; nil where nothing does.
    let constant: Double?

    /// A degree is not higher than this.
    private static let degreeMax = 64

    var input: Input { rules.input }

    static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let offset = try value.member("coef0").number()
        let columns = try value.member("n_features_in_").size() + (offset != 0 ? 1 : 0)
        let outputs = try value.member("n_components").size()
        guard outputs > 0, outputs <= ModelLimits.stepColumnsMax else {
            throw value.defect("n_components is \(outputs), expected are up to \(ModelLimits.stepColumnsMax)")
        }
        let hashes = try value.member("indexHash_").matrix(columns: columns)
        let signs = try value.member("bitHash_").matrix(rows: hashes.rows, columns: columns)
        guard (1...degreeMax).contains(hashes.rows) else { throw value.defect("is of degree \(hashes.rows)") }
        let scale = try value.member("gamma").number().squareRoot()
        var places: [[Int]] = []
        for degree in 0..<hashes.rows {
            let hashes = hashes.values[hashes.range(degree)]
            guard hashes.allSatisfy((0..<outputs).contains(integral:)) else {
                throw value.defect("indexHash_ names places that are not among \(outputs)")
            }
            places.append(hashes.map { Int($0) })
        }
        let sketch = CountSketch(
            rules: value.rowRules(columns: columns - (offset != 0 ? 1 : 0), sparse: true),
            outputColumns: outputs,
            places: places,
            factors: (0..<hashes.rows).map { degree in signs.values[signs.range(degree)].map { $0 * scale } },
            constant: offset == 0 ? nil : offset.squareRoot() / scale
        )
        return EstimatorSteps(transformers: [sketch])
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        try batch.makeDense(by: rules.name)
        try batch.mapRows(to: outputColumns, work: outputColumns, by: rules.name) { row, sketch, work in
            add(row, 0, 1, at: 0, to: sketch)
            for degree in 1..<places.count {
                for place in sketch.indices {
                    work[place] = sketch[place]
                    sketch[place] = 0
                }
                for place in sketch.indices where work[place] != 0 {
                    add(row, degree, work[place], at: place, to: sketch)
                }
            }
        }
    }

    /// Adds a degree's sketch of a row, times a number, to another sketch from some place on.
    private func add(
        _ row: UnsafeBufferPointer<Double>,
        _ degree: Int,
        _ factor: Double,
        at place: Int,
        to sketch: UnsafeMutableBufferPointer<Double>
    ) {
        let (places, factors) = (places[degree], factors[degree])
        for column in places.indices {
            let number = column < row.count ? row[column] : constant ?? 0
            sketch[(place + places[column]) % outputColumns] += factor * factors[column] * number
        }
    }
}
