package import Net
package import Prediction

/// Answers as JSON.
extension AnswerSpelling {
    /// How the elements of a row that has an axis of its own are put.
    package enum Nesting { case rows, flat }

    /// Appends the elements with commas between them, without the brackets around all.
    package func writeJSON(_ answer: borrowing Answer, _ nesting: Nesting, into body: inout OutBuffer) {
        switch output {
        case .labels: writeClasses(answer, 0..<answer.labels.count, &body)
        case .labelRows(_, let columns) where nesting == .rows:
            writeRows(answer.labels.count, columns, &body) { writeClasses(answer, $0, &$1) }
        case .labelRows: writeClasses(answer, 0..<answer.labels.count, &body)
        case .numbers(let columns?, _) where nesting == .rows:
            writeRows(answer.numbers.count, columns, &body) { writeNumbers(answer, $0, &$1) }
        case .numbers: writeNumbers(answer, 0..<answer.numbers.count, &body)
        case .frame: writeRecords(answer, &body)
        }
    }

    private func writeClasses(_ answer: borrowing Answer, _ range: Range<Int>, _ body: inout OutBuffer) {
        classNames.bytes.withUnsafeBytes { names in
            for index in range {
                if index > range.lowerBound { body.append(UInt8(ascii: ",")) }
                let range = classNames.range(Int(answer.labels[index]))
                body.append(UnsafeRawBufferPointer(rebasing: names[range]))
            }
        }
    }

    /// Puts `count` elements into rows, each of which `write` writes.
    @inline(__always)
    private func writeRows(
        _ count: Int,
        _ columns: Int,
        _ body: inout OutBuffer,
        _ write: (Range<Int>, inout OutBuffer) -> Void
    ) {
        guard columns > 0 else { return }
        var at = 0
        while at < count {
            body.append(at == 0 ? "[" : ",[")
            write(at..<min(at + columns, count), &body)
            body.append(UInt8(ascii: "]"))
            at += columns
        }
    }

    private func writeNumbers(_ answer: borrowing Answer, _ range: Range<Int>, _ body: inout OutBuffer) {
        let isWhole = elementType.wholeRange != nil
        for index in range {
            if index > range.lowerBound { body.append(UInt8(ascii: ",")) }
            if isWhole, let whole = Int(exactly: answer.numbers[index]) {
                body.append(decimal: whole)
            } else {
                JSONNumber.write(answer.numbers[index], into: &body)
            }
        }
    }
}
