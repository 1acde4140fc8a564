import Prediction
import Trees

/// How rows become bins: which numbers and categories of a row are looked at, and what they are compared with.
struct FeatureBins: Sendable {
    struct Numeric: Sendable {
        /// Column of a row.
        let column: Int
        let borders: Borders
        /// The first of its bins.
        let bucket: Int
        /// What stands for a missing number: `Borders.above` or `below`.
        let missing: Int32
    }

    struct OneHot: Sendable {
        /// Which of a row's hashed categories is compared.
        let category: Int
        /// Hashes of the categories, in order, and for each of them its number.
        let values: [Int32]
        let numbers: [Int]
        /// The first of its bins.
        let bucket: Int
    }

    /// Columns of the categories that are hashed.
    var categories: [Int] = []
    var numeric: [Numeric] = []
    /// Columns of the numeric features.
    var numericColumns: [Int] = []
    var oneHot: [OneHot] = []
    var statistics: [CategoryStatistics] = []
    /// Borders of all features and statistics, as integers.
    var borders = FixedMemory<Int32>([])
    /// Bins of a row.
    var buckets = 0

    /// Fills the bins of rows `first`, `first + 1` …
    ///
    /// - Parameters:
    ///   - values: all rows' numbers, `columns` for each.
    ///   - hashes: all rows' hashed categories, as many for each as there are in `categories`.
    func fill(
        _ bins: RowBins,
        first: Int,
        values: UnsafePointer<Double>,
        columns: Int,
        hashes: UnsafePointer<UInt32>
    ) {
        // A group at a time: its rows stay in the first level cache.
        for start in stride(from: 0, to: bins.rows, by: RowBins.width) {
            let rows = start..<min(start + RowBins.width, bins.rows)
            for feature in numeric { fill(bins, rows, feature, values + (first * columns + feature.column), columns) }
        }
        if categories.isEmpty { return }
        for row in 0..<bins.rows { fill(bins.row(row), hashes + (first + row) * categories.count) }
    }

    /// - Parameter cell: the feature's number in row 0, after which the next ones follow at steps of `step`.
    private func fill(
        _ bins: RowBins,
        _ rows: Range<Int>,
        _ feature: Numeric,
        _ cell: UnsafePointer<Double>,
        _ step: Int
    ) {
        let bin = bins.row(rows.lowerBound) + feature.bucket * RowBins.width
        var cell = cell + rows.lowerBound * step
        var lane = 0
        let together = feature.borders.count <= RowBins.binMax ? rows.count & ~3 : 0
        while lane < together {
            let keys = SIMD4(
                feature.key(cell[0]),
                feature.key(cell[step]),
                feature.key(cell[2 &* step]),
                feature.key(cell[3 &* step])
            )
            let above = SIMD4<UInt8>(truncatingIfNeeded: feature.borders.countBelow(keys, in: borders.start))
            UnsafeMutableRawPointer(bin + lane).storeBytes(of: above, as: SIMD4<UInt8>.self)
            cell += 4 &* step
            lane &+= 4
        }
        while lane < rows.count {
            let above = feature.borders.countBelow(feature.key(cell.pointee), in: borders.start)
            RowBins.write(above, of: feature.borders.count, at: bin + lane)
            cell += step
            lane &+= 1
        }
    }

    private func fill(_ row: UnsafeMutablePointer<UInt8>, _ hashes: UnsafePointer<UInt32>) {
        for feature in oneHot {
            let number = feature.number(of: Int32(bitPattern: hashes[feature.category]))
            RowBins.write(category: number, of: feature.values.count, at: row + feature.bucket * RowBins.width)
        }
        for combination in statistics { combination.fill(hashes, row, borders: borders.start) }
    }
}

extension FeatureBins.Numeric {
    @inline(__always)
    fileprivate func key(_ cell: Double) -> Int32 { Borders.key(Float(cell), missing: missing) }
}

extension FeatureBins.OneHot {
    /// The number of a category among those that are compared; nil for any other.
    fileprivate func number(of value: Int32) -> Int? {
        var range = 0..<values.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if values[middle] == value { return numbers[middle] }
            range = values[middle] < value ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }
}
