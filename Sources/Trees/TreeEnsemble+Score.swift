package import Prediction

// Scoring rows, a block of them at a time.
extension TreeEnsemble {
    /// Bytes of rows that are taken through all trees before the next: they stay in the first level cache.
    private static let blockBytes = 24 << 10

    /// Adds all trees' answers to `start`, for each row; `numbers` holds rows × outputs of them then.
    ///
    /// The batch must have `slots.columns` columns. Trees are added in their order, so that sums are the library's own.
    package func score(_ batch: inout Batch, from start: [Double], into numbers: inout [Double]) {
        numbers.removeAll(keepingCapacity: true)
        for _ in 0..<batch.rows { numbers.append(contentsOf: start) }
        let groupsMax = max(1, TreeEnsemble.blockBytes / (slots.groupSize * MemoryLayout<Double>.stride))
        let groups = min(groupsMax, (batch.rows + RowSlots.width - 1) / RowSlots.width)
        batch.trees.reserve(groups * slots.groupSize, columns: batch.content == .sparse ? slots.columns : 0)
        var first = 0
        while first < batch.rows {
            let rows = first..<min(first + groups * RowSlots.width, batch.rows)
            if batch.content == .sparse { fillSparse(rows, of: &batch) } else { fill(rows, of: &batch) }
            if sumsAreSingle {
                add(rows, of: batch, to: &numbers, Float.self)
            } else {
                add(rows, of: batch, to: &numbers, Double.self)
            }
            first = rows.upperBound
        }
    }

    private func add<Sum: BinaryFloatingPoint>(
        _ rows: Range<Int>,
        of batch: borrowing Batch,
        to numbers: inout [Double],
        _ type: Sum.Type
    ) {
        let first = rows.lowerBound
        batch.trees.lanes.withUnsafeBufferPointer { lanes in
            batch.values.withUnsafeBufferPointer { values in
                numbers.withUnsafeMutableBufferPointer { numbers in
                    guard let lanes = lanes.baseAddress, let numbers = numbers.baseAddress else { return }
                    let block = TreeBlock<Sum>(
                        self,
                        lanes: lanes,
                        values: values.baseAddress.map { $0 + first * slots.columns },
                        sums: numbers + first * outputs
                    )
                    withExtendedLifetime(self) { block.run(rows: rows.count) }
                }
            }
        }
    }

    private func fill(_ rows: Range<Int>, of batch: inout Batch) {
        batch.trees.lanes.withUnsafeMutableBufferPointer { lanes in
            batch.values.withUnsafeBufferPointer { values in
                guard let lanes = lanes.baseAddress, let values = values.baseAddress else { return }
                for row in rows {
                    slots.fill(lanes + lane(row - rows.lowerBound), from: values + row * slots.columns)
                }
            }
        }
    }

    private func fillSparse(_ rows: Range<Int>, of batch: inout Batch) {
        for row in rows {
            let entries = batch.sparse.range(row)
            for entry in entries { batch.trees.row[Int(batch.sparse.columns[entry])] = batch.sparse.values[entry] }
            batch.trees.lanes.withUnsafeMutableBufferPointer { lanes in
                batch.trees.row.withUnsafeBufferPointer { values in
                    guard let lanes = lanes.baseAddress, let values = values.baseAddress else { return }
                    slots.fill(lanes + lane(row - rows.lowerBound), from: values)
                }
            }
            for entry in entries { batch.trees.row[Int(batch.sparse.columns[entry])] = 0 }
        }
    }

    /// Where the lane of a block's row starts.
    private func lane(_ row: Int) -> Int {
        row / RowSlots.width * slots.groupSize + row % RowSlots.width
    }
}
