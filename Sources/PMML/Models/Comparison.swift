import Glibc
import Prediction

/// How far a row is from given rows, or how like them.
struct Comparison: Sendable {
    enum Measure: Sendable {
        case euclidean, squaredEuclidean, chebychev, cityBlock
        case minkowski(Double)
        /// What counts for pairs of flags (both, first only, second only, none), above and below the line.
        case similarity(above: [Double], below: [Double])
    }
    enum Compare: String { case absDiff, gaussSim, delta, equal, table }

    struct Field: Sendable {
        let slot: Int32
        let compare: Compare
        let weight: Double
        let scale: Double
    }

    let measure: Measure
    let fields: [Field]
    /// What a missing field counts for when distances are made up for it.
    let missingWeights: [Double]
    let precision: Precision

    var isSimilarity: Bool { if case .similarity = measure { true } else { false } }

    /// Reads the row's fields; `row` gets NaN for those that are missing.
    func read(_ work: Workspace, into row: inout [Double], _ texts: [[Value: Double]]) throws(InputDefect) {
        row.removeAll(keepingCapacity: true)
        for (index, field) in fields.enumerated() {
            let value = try work.value(field.slot)
            if value.isMissing {
                row.append(.nan)
            } else if texts.indices.contains(index), case .text = value {
                row.append(texts[index][value] ?? -1)
            } else {
                row.append(precision.rounded(try work.number(value)))
            }
        }
    }

    /// What distances are multiplied by because fields are missing.
    func adjustment(_ row: [Double]) throws(InputDefect) -> Double {
        var (all, there) = (0.0, 0.0)
        for (index, number) in row.enumerated() {
            all = precision.rounded(all + missingWeights[index])
            if !number.isNaN { there = precision.rounded(there + missingWeights[index]) }
        }
        guard there != 0 else { throw InputDefect("all fields that are compared are missing") }
        return precision.rounded(all / there)
    }

    /// The distance (or similarity) of a row to the one that starts at `start` of `rows`.
    func value(_ row: [Double], _ rows: [Double], from start: Int, _ adjustment: Double) throws(InputDefect) -> Double {
        if case .similarity(let above, let below) = measure { return try similarity(row, rows, start, above, below) }
        var (sum, most) = (0.0, 0.0)
        for index in row.indices where !row[index].isNaN {
            let part = inner(row[index], rows[start + index], fields[index])
            sum = precision.rounded(sum + part)
            most = max(most, part)
        }
        return switch measure {
        case .chebychev: precision.rounded(most * adjustment)
        case .euclidean: precision.rounded(pow(precision.rounded(sum * adjustment), 0.5))
        case .minkowski(let power): precision.rounded(pow(precision.rounded(sum * adjustment), 1 / power))
        default: precision.rounded(sum * adjustment)
        }
    }

    private func inner(_ left: Double, _ right: Double, _ field: Field) -> Double {
        var number: Double
        switch field.compare {
        case .absDiff: number = precision.rounded(left - right).magnitude
        case .gaussSim:
            let difference = precision.rounded(left - right)
            number = precision.rounded(exp(-log(2) * difference * difference / (field.scale * field.scale)))
        case .delta: number = left == right ? 0 : 1
        case .equal, .table: number = left == right ? 1 : 0
        }
        switch measure {
        case .euclidean, .squaredEuclidean: number = precision.rounded(number * number)
        case .minkowski(let power): number = precision.rounded(pow(number, power))
        default: break
        }
        return field.weight == 1 ? number : precision.rounded(number * field.weight)
    }

    private func similarity(
        _ row: [Double],
        _ rows: [Double],
        _ start: Int,
        _ above: [Double],
        _ below: [Double]
    ) throws(InputDefect) -> Double {
        var (numerator, denominator) = (0.0, 0.0)
        for index in row.indices {
            let (left, right) = (row[index], rows[start + index])
            guard left == 0 || left == 1 else { throw InputDefect("a field that is compared is neither 0 nor 1") }
            let pair = left == 1 ? (right == 1 ? 0 : 1) : (right == 1 ? 2 : 3)
            numerator += above[pair]
            denominator += below[pair]
        }
        guard denominator != 0 else { throw InputDefect("a similarity is not defined: nothing counts") }
        return numerator / denominator
    }
}
