import Prediction
import Statistics

/// One value of a row that is asked or answered, where it lies.
enum WatchCell {
    case missing
    case number(Double)
    case text(UnsafeRawBufferPointer)
    case string(String)

    /// The same to be kept; long texts are cut.
    var learnt: LearntRows.Cell {
        switch self {
        case .missing: .missing
        case .number(let number): number.isFinite ? .number(number) : .missing
        case .text(let bytes): .text(String(decoding: bytes.prefix(WatchLimits.textBytesMax), as: UTF8.self))
        case .string(let text): .text(String(decoding: text.utf8.prefix(WatchLimits.textBytesMax), as: UTF8.self))
        }
    }
}

extension WatchTally {
    /// Counts a cell of the present row.
    @inline(__always)
    mutating func take(_ cell: WatchCell, in column: Int) {
        switch cell {
        case .missing: count(.missing, in: column)
        case .number(let number): count(number, in: column)
        case .text(let text): count(text, in: column)
        case .string(let text): Array(text.utf8).withUnsafeBytes { count($0, in: column) }
        }
    }
}

extension Batch {
    /// Lets `body` read the cells of the rows, whatever they are: rows, columns, and the cell at both.
    func withCells(_ body: (_ rows: Int, _ columns: Int, _ cell: (Int, Int) -> WatchCell) -> Void) {
        switch content {
        case .numbers:
            values.withUnsafeBufferPointer { values in body(rows, columns) { .number(values[$0 * columns + $1]) } }
        case .texts:
            texts.utf8.withUnsafeBytes { bytes in
                body(rows, 1) { row, _ in .text(UnsafeRawBufferPointer(rebasing: bytes[texts.range(row)])) }
            }
        case .table:
            table.utf8.withUnsafeBytes { bytes in
                body(rows, table.columns) { row, column in
                    guard row < table.height(column) else { return .missing }
                    switch table.cell(row, column) {
                    case .missing: return .missing
                    case .number(let number): return .number(number)
                    case .text(let start, let count):
                        return .text(UnsafeRawBufferPointer(rebasing: bytes[Int(start)..<Int(start) + Int(count)]))
                    }
                }
            }
        case .sparse: break  // no request comes so
        }
    }
}
