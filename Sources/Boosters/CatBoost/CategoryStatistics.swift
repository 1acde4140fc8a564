/// Statistics of one combination of categories ("CTR"): what was counted of the target for it, as numbers that are
/// compared with borders. All arithmetic is in single precision.
struct CategoryStatistics: Sendable {
    /// One statistic of the counts, and its borders.
    struct Statistic: Sendable {
        let kind: CatBoostTable.Kind
        /// Which of the target's borders or classes it tells of.
        let target: Int
        let priorNumerator: Float
        let priorDenominator: Float
        let shift: Float
        let scale: Float
        let borders: Borders
        /// The first of its bins.
        let bucket: Int

        @inline(__always)
        fileprivate func value(_ count: Float, of total: Float) -> Float {
            ((count + priorNumerator) / (total + priorDenominator) + shift) * scale
        }
    }

    /// Which of a row's hashed categories belong to the combination.
    let categories: [Int]
    /// What of a row's other bins belongs to it.
    let tests: [BinTest]
    let index: CategoryIndex
    /// Numbers of each place.
    let width: Int
    let numbers: [Float]
    /// Rows of the most frequent category.
    let denominator: Float
    var statistics: [Statistic] = []

    /// Fills the bins of all its statistics for a row.
    ///
    /// - Parameters:
    ///   - hashes: the row's categories.
    ///   - row: the row's bins; those of features come before those of statistics, and are there.
    func fill(_ hashes: UnsafePointer<UInt32>, _ row: UnsafeMutablePointer<UInt8>, borders: UnsafePointer<Int32>) {
        let place = index.place(of: hash(hashes, row))
        for statistic in statistics {
            let key = Borders.key(value(statistic, at: place), missing: Borders.below)
            let above = statistic.borders.countBelow(key, in: borders)
            let bins = row + statistic.bucket * RowBins.width
            RowBins.write(above, of: statistic.borders.count, at: bins)
        }
    }

    private func hash(_ hashes: UnsafePointer<UInt32>, _ row: UnsafePointer<UInt8>) -> UInt64 {
        var hash: UInt64 = 0
        for category in categories {
            // As an integer with a sign.
            let value = UInt64(bitPattern: Int64(Int32(bitPattern: hashes[category])))
            hash = CategoryStatistics.join(hash, value)
        }
        for test in tests {
            hash = CategoryStatistics.join(hash, test.passes(row[Int(test.bucket) * RowBins.width]) ? 1 : 0)
        }
        return hash
    }

    private static func join(_ hash: UInt64, _ value: UInt64) -> UInt64 {
        let factor: UInt64 = 0x4906_BA49_4954_CB65
        return factor &* (hash &+ factor &* value)
    }

    /// A statistic of the category at a place; of one that was not seen where there is none.
    private func value(_ statistic: Statistic, at place: Int?) -> Float {
        switch statistic.kind {
        case .counter, .frequency:
            return statistic.value(place.map { numbers[$0] } ?? 0, of: denominator)
        case .binarizedMean, .floatMean:
            guard let place else { return statistic.value(0, of: 0) }
            return statistic.value(numbers[2 * place], of: numbers[2 * place + 1])
        case .buckets, .borders:
            guard let place else { return statistic.value(0, of: 0) }
            var (count, total): (Float, Float) = (0, 0)
            for index in 0..<width {
                let rows = numbers[place * width + index]
                total += rows
                let isCounted = statistic.kind == .buckets ? index == statistic.target : index > statistic.target
                if isCounted { count += rows }
            }
            return statistic.value(count, of: total)
        }
    }
}
