package import Prediction

/// The numeric core of an estimator: so many numbers for each row.
package protocol Scorer: Sendable {
    /// What a row is.
    var input: Input { get }
    /// Numbers that it works out for a row.
    var outputs: Int { get }
    /// Whether the rows are afterwards as they were.
    var keepsRows: Bool { get }
    /// Whether it checks itself that the rows' numbers are finite.
    var checksNumbers: Bool { get }
    /// Fills `numbers`, rows × outputs, row-major. The batch must be what `input` says.
    func score(_ batch: inout Batch, into numbers: inout [Double]) throws(InputDefect)
}

extension Scorer {
    package var keepsRows: Bool { true }
    package var checksNumbers: Bool { false }
}

/// A numeric core that sees one row at a time.
package protocol RowScorer: Scorer {
    /// Numbers of a row.
    var columns: Int { get }
    /// Numbers of work space that it wants.
    var workspace: Int { get }
    /// Where in the work space a row finds what `prepare` has worked out for it; nil where nothing is.
    var prepared: Range<Int>? { get }
    /// Numbers of work space that `prepare` wants.
    var preparing: Int { get }
    /// Works out `prepared.count` numbers for each of several rows at once, `RowWork.rowsMax` at the most: what many points
    /// are compared with rows by is then read once for all of them.
    func prepare(
        _ rows: UnsafeBufferPointer<Double>,
        count: Int,
        into numbers: UnsafeMutableBufferPointer<Double>,
        _ space: UnsafeMutableBufferPointer<Double>
    )
    /// Fills `result`, `outputs` numbers, from a row of `columns` numbers; `space` holds anything at first.
    func score(
        _ row: Span<Double>,
        into result: inout MutableSpan<Double>,
        _ space: inout MutableSpan<Double>
    ) throws(InputDefect)
}

extension RowScorer {
    package var input: Input { .numbers(columns: columns) }
    package var workspace: Int { 0 }
    package var prepared: Range<Int>? { nil }
    package var preparing: Int { 0 }
    package func prepare(
        _ rows: UnsafeBufferPointer<Double>,
        count: Int,
        into numbers: UnsafeMutableBufferPointer<Double>,
        _ space: UnsafeMutableBufferPointer<Double>
    ) {}

    package func score(_ batch: inout Batch, into numbers: inout [Double]) throws(InputDefect) {
        numbers.removeAll(keepingCapacity: true)
        var work = RowWork()
        var spread: [Double] = []
        swap(&work, &batch.rowWork)
        swap(&spread, &work.row)
        defer {
            swap(&spread, &work.row)
            swap(&work, &batch.rowWork)
        }
        work.result.fit(outputs)
        work.space.fit(workspace)
        let rowsMax = preparedRowsMax
        var first = 0
        while first < batch.rows {
            let rows = first..<min(batch.rows, first + rowsMax)
            if batch.content == .sparse {
                batch.spread(rows, into: &spread)
                try score(spread.span, rows.count, into: &numbers, &work)
            } else {
                let range = rows.lowerBound * columns..<rows.upperBound * columns
                try score(batch.values.span.extracting(range), rows.count, into: &numbers, &work)
            }
            first = rows.upperBound
        }
    }

    /// Rows that are prepared together: what is worked out for them stays in the cache.
    private var preparedRowsMax: Int {
        guard let prepared else { return 1 }
        return min(RowWork.rowsMax, max(1, (16 << 10) / max(1, prepared.count)))
    }

    private func score(
        _ values: Span<Double>,
        _ rows: Int,
        into numbers: inout [Double],
        _ work: inout RowWork
    ) throws(InputDefect) {
        if let prepared {
            let numbers = rows * prepared.count
            work.tile.fit(numbers + preparing)
            values.withUnsafeBufferPointer { values in
                work.tile.withUnsafeMutableBufferPointer { tile in
                    let space = UnsafeMutableBufferPointer(rebasing: tile[numbers...])
                    prepare(values, count: rows, into: UnsafeMutableBufferPointer(rebasing: tile[..<numbers]), space)
                }
            }
        }
        for row in 0..<rows {
            if let prepared { work.usePrepared(row, at: prepared) }
            try score(values.extracting(row * columns..<(row + 1) * columns), &work.result, &work.space)
            numbers.append(contentsOf: work.result)
        }
    }
}

extension RowScorer {
    private func score(_ row: Span<Double>, _ result: inout [Double], _ space: inout [Double]) throws(InputDefect) {
        var result = result.mutableSpan
        var space = space.mutableSpan
        try score(row, into: &result, &space)
    }
}

extension RowWork {
    /// Copies what was prepared for a row of the tile into the work space.
    fileprivate mutating func usePrepared(_ row: Int, at place: Range<Int>) {
        let first = row * place.count
        tile.withUnsafeBufferPointer { tile in
            space.withUnsafeMutableBufferPointer { space in
                for index in 0..<place.count { space[place.lowerBound + index] = tile[first + index] }
            }
        }
    }
}

extension Batch {
    /// Writes sparse rows out, zeros and all.
    fileprivate func spread(_ rows: Range<Int>, into numbers: inout [Double]) {
        numbers.removeAll(keepingCapacity: true)
        numbers.append(contentsOf: repeatElement(0, count: rows.count * columns))
        for row in rows {
            let start = (row - rows.lowerBound) * columns
            for entry in sparse.range(row) { numbers[start + Int(sparse.columns[entry])] = sparse.values[entry] }
        }
    }
}
