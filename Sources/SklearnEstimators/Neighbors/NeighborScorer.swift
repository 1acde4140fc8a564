import Prediction
import Sklearn

/// Asks the neighbours of each row.
protocol NeighborScorer: RowScorer {
    var hood: Neighborhood { get }
    var reach: NeighborReach { get }
}

extension NeighborScorer {
    var columns: Int { hood.columns }
    var workspace: Int { hood.workspace(reach) }
    var prepared: Range<Int>? { hood.prepared(reach) }
    var preparing: Int { hood.preparing(reach) }

    func prepare(
        _ rows: UnsafeBufferPointer<Double>,
        count: Int,
        into numbers: UnsafeMutableBufferPointer<Double>,
        _ space: UnsafeMutableBufferPointer<Double>
    ) {
        hood.prepare(rows, count: count, reach, into: numbers, space)
    }
}

/// The mean of what the neighbours' answers were.
struct NeighborMean: NeighborScorer {
    let hood: Neighborhood
    let reach: NeighborReach
    let weight: NeighborWeight
    /// points × outputs
    let answers: Matrix

    var outputs: Int { answers.columns }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        let (count, stride) = hood.neighbors(row, reach, weight, &space, isPrepared: true)
        var total = 0.0
        for index in 0..<count { total += space[index] }
        for output in 0..<outputs {
            var sum = 0.0
            for index in 0..<count {
                sum += space[index] * answers.values[Int(space[stride + index]) * outputs + output]
            }
            // Without neighbours this is no number, as scikit-learn has it.
            result[output] = sum / total
        }
    }
}

/// Shares of the neighbours' weights for each class.
struct NeighborVotes: NeighborScorer {
    let hood: Neighborhood
    let reach: NeighborReach
    let weight: NeighborWeight
    /// The class of each point.
    let classes: [Int]
    let outputs: Int
    /// The class of rows without neighbours; nil where they are refused.
    let outlier: Int?

    func score(
        _ row: Span<Double>,
        into result: inout MutableSpan<Double>,
        _ space: inout MutableSpan<Double>
    ) throws(InputDefect) {
        let (count, stride) = hood.neighbors(row, reach, weight, &space, isPrepared: true)
        for output in 0..<outputs { result[output] = 0 }
        if count == 0 {
            guard let outlier else {
                throw InputDefect(
                    "No neighbors found for a test sample, you can try using larger radius, giving a label for outliers, "
                        + "or considering removing them from your dataset."
                )
            }
            result[outlier] = 1
            return
        }
        var total = 0.0
        for index in 0..<count {
            result[classes[Int(space[stride + index])]] += space[index]
            total += space[index]
        }
        for output in 0..<outputs { result[output] /= total }
    }
}

/// The neighbours' weights for each class of each of several outputs, one output's behind the other's.
struct NeighborTables: NeighborScorer {
    let hood: Neighborhood
    let reach: NeighborReach
    let weight: NeighborWeight
    /// points × outputs, indices of classes
    let classes: Matrix
    /// For each output how many classes it has.
    let counts: [Int]

    var outputs: Int { counts.reduce(0, +) }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        let (count, stride) = hood.neighbors(row, reach, weight, &space, isPrepared: true)
        for index in result.indices { result[index] = 0 }
        var first = 0
        for (output, classes) in counts.enumerated() {
            for index in 0..<count {
                let place = Int(self.classes.values[Int(space[stride + index]) * counts.count + output])
                result[first + place] += space[index]
            }
            first += classes
        }
    }
}
