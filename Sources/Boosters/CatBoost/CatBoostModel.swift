package import Prediction

/// A model of CatBoost: rows become bins, trees look at bins, and the sums of their leaves are read as the loss says.
package struct CatBoostModel: Predictor {
    /// What adds up the leaves.
    enum Trees: Sendable {
        case symmetric(SymmetricTrees)
        case branched(BranchedTrees)
    }

    /// Bytes of bins that are taken through all trees before the next rows: they stay in the first level cache.
    private static let blockBytes = 24 << 10

    let bins: FeatureBins
    let trees: Trees
    /// Sums of a row.
    let sums: Int
    /// What sums are multiplied by before the biases are added.
    let scale: Double
    let biases: [Double]
    let readout: CatBoostReadout
    /// Which columns a row must have: as in CatBoost, there may be more.
    let columns: RowColumns
    package let input: Input
    package var output: Output { readout.output(sums) }

    package func predict(_ batch: inout Batch, into answer: inout Answer) throws(InputDefect) {
        try batch.checkAnswer(numbersPerRow: sums + 1)
        try prepare(&batch)
        answer.numbers.removeAll(keepingCapacity: true)
        answer.numbers.append(contentsOf: repeatElement(0, count: batch.rows * sums))
        addTrees(&batch, to: &answer.numbers)
        addBiases(to: &answer.numbers)
        readout.apply(sums, to: &answer)
    }

    /// Turns rows of any kind into numbers, and their categories into hashes.
    private func prepare(_ batch: inout Batch) throws(InputDefect) {
        if batch.content == .sparse { try batch.makeDense(by: "CatBoost") }
        let isTable = batch.content == .table
        guard batch.content != .texts else {
            throw InputDefect("CatBoost is expecting rows of features, but rows are texts")
        }
        let sources = try columns.sources(batch.columnNames, isTable ? batch.table.columns : batch.columns)
        batch.trees.hashes.removeAll(keepingCapacity: true)
        if isTable {
            try batch.hashCells(of: bins.categories, from: sources)
            try batch.useCellsAsNumbers(bins.numericColumns, from: sources, width: columns.needed)
        } else {
            if let sources { try batch.take(sources) }
            try batch.hashNumbers(of: bins.categories)
        }
    }

    /// Adds all trees' leaves to the sums, for as many rows at a time as stay in the first level cache.
    private func addTrees(_ batch: inout Batch, to numbers: inout [Double]) {
        let groupsMax = max(1, CatBoostModel.blockBytes / (max(1, bins.buckets) * RowBins.width) & ~3)
        let rowsMax = min(groupsMax * RowBins.width, batch.rows)
        let (rows, columns) = (batch.rows, batch.columns)
        batch.trees.reserve(bins: (rowsMax + RowBins.width - 1) / RowBins.width * bins.buckets)
        batch.trees.bins.withUnsafeMutableBufferPointer { lanes in
            batch.trees.hashes.withUnsafeBufferPointer { hashes in
                batch.values.withUnsafeBufferPointer { values in
                    numbers.withUnsafeMutableBufferPointer { numbers in
                        guard let lanes = lanes.baseAddress, let hashes = hashes.baseAddress,
                            let values = values.baseAddress, let numbers = numbers.baseAddress
                        else { return }
                        for first in stride(from: 0, to: rows, by: rowsMax) {
                            let block = RowBins(start: lanes, buckets: bins.buckets, rows: min(rowsMax, rows - first))
                            bins.fill(block, first: first, values: values, columns: columns, hashes: hashes)
                            trees.add(block, to: numbers + first * sums)
                        }
                    }
                }
            }
        }
    }

    private func addBiases(to numbers: inout [Double]) {
        if scale != 1 { for index in numbers.indices { numbers[index] *= scale } }
        for (first, bias) in biases.enumerated() where bias != 0 {
            for index in stride(from: first, to: numbers.count, by: sums) { numbers[index] += bias }
        }
    }
}

extension CatBoostModel.Trees {
    @inline(__always)
    fileprivate func add(_ bins: RowBins, to sums: UnsafeMutablePointer<Double>) {
        switch self {
        case .symmetric(let trees): trees.add(bins, to: sums)
        case .branched(let trees): trees.add(bins, to: sums)
        }
    }
}
