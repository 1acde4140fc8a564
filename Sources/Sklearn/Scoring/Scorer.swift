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

    package func score(_ batch: inout Batch, into numbers: inout [Double]) throws(InputDefect) {
        numbers.removeAll(keepingCapacity: true)
        var (spread, result, space) = batch.rowWork.take()
        defer { batch.rowWork = RowWork(row: spread, result: result, space: space) }
        result.fit(outputs)
        space.fit(workspace)
        for row in 0..<batch.rows {
            if batch.content == .sparse {
                batch.spread(row, into: &spread)
                try score(spread.span, &result, &space)
            } else {
                let row = batch.values.span.extracting(row * columns..<(row + 1) * columns)
                try score(row, &result, &space)
            }
            numbers.append(contentsOf: result)
        }
    }

    private func score(
        _ row: Span<Double>,
        _ result: inout [Double],
        _ space: inout [Double]
    ) throws(InputDefect) {
        var result = result.mutableSpan
        var space = space.mutableSpan
        try score(row, into: &result, &space)
    }
}

extension Batch {
    /// Writes a sparse row out, zeros and all.
    fileprivate func spread(_ row: Int, into numbers: inout [Double]) {
        numbers.removeAll(keepingCapacity: true)
        numbers.append(contentsOf: repeatElement(0, count: columns))
        for entry in sparse.range(row) { numbers[Int(sparse.columns[entry])] = sparse.values[entry] }
    }
}

extension [Double] {
    /// Makes it so many numbers long, whatever they are.
    package mutating func fit(_ count: Int) {
        if self.count > count { removeLast(self.count - count) }
        if self.count < count { append(contentsOf: repeatElement(0, count: count - self.count)) }
    }
}
