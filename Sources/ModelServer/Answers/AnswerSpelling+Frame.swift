package import Net
package import Prediction

/// A column of an answer that is rows of named values.
package struct FrameColumn: Sendable {
    /// What it is called.
    package let name: String
    /// What its cells are.
    package let type: ElementType
    /// The name as a JSON text with the colon behind it.
    fileprivate let key: [UInt8]

    fileprivate init(_ column: OutputColumn) {
        name = column.name
        type = column.type
        var body = OutBuffer()
        JSONText.write(column.name, into: &body)
        body.append(UInt8(ascii: ":"))
        key = Array(body.bytes)
    }
}

extension FrameColumn {
    /// The columns of an answer.
    static func all(_ columns: [OutputColumn]) -> [FrameColumn] { columns.map(FrameColumn.init) }
}

/// Answers that are rows of named values, as pandas spells them: an object a row, or a tensor a column.
extension AnswerSpelling {
    /// What the elements of a column are: whole numbers of which some are missing become any numbers.
    package func type(ofColumn index: Int, _ answer: borrowing Answer) -> ElementType {
        let type = frame[index].type
        guard type == .int64 else { return type }
        for row in 0..<answer.frame.height(index) where answer.frame.cell(row, index) == .missing { return .float64 }
        return type
    }

    /// Appends an object for each row, with commas between them.
    func writeRecords(_ answer: borrowing Answer, _ body: inout OutBuffer) {
        let asFloats = wholesAreFloats(answer)
        for row in 0..<rows(of: answer) {
            body.append(row == 0 ? "{" : ",{")
            for index in frame.indices {
                if index > 0 { body.append(UInt8(ascii: ",")) }
                frame[index].key.withUnsafeBytes { body.append($0) }
                let type = frame[index].type
                write(answer, row, index, type == .int64 && asFloats ? .float64 : type, &body)
            }
            body.append(UInt8(ascii: "}"))
        }
    }

    /// Whether whole numbers are spelt as others: in rows of nothing but numbers, where not all of them are whole.
    private func wholesAreFloats(_ answer: borrowing Answer) -> Bool {
        var hasOthers = false
        for index in frame.indices {
            switch type(ofColumn: index, answer) {
            case .int64: break
            case .float64: hasOthers = true
            default: return false
            }
        }
        return hasOthers
    }

    /// Appends the elements of a column with commas between them.
    package func writeJSON(column index: Int, _ answer: borrowing Answer, into body: inout OutBuffer) {
        let type = type(ofColumn: index, answer)
        for row in 0..<answer.frame.height(index) {
            if row > 0 { body.append(UInt8(ascii: ",")) }
            write(answer, row, index, type, &body)
        }
    }

    private func write(
        _ answer: borrowing Answer,
        _ row: Int,
        _ index: Int,
        _ type: ElementType,
        _ body: inout OutBuffer
    ) {
        switch answer.frame.cell(row, index) {
        case .missing: body.append("null")
        case .number(let number) where type == .bool: body.append(number == 0 ? "false" : "true")
        case .number(let number):
            if type == .int64, let whole = Int(exactly: number) {
                body.append(decimal: whole)
            } else {
                JSONNumber.write(number, into: &body)
            }
        case .text(let start, let count):
            answer.frame.utf8.withUnsafeBytes { utf8 in
                JSONText.write(
                    UnsafeRawBufferPointer(rebasing: utf8[Int(start)..<Int(start) + Int(count)]),
                    into: &body
                )
            }
        }
    }

    /// Calls `body` with every element of a column as a number; one that is missing is NaN.
    package func forEachNumber(ofColumn index: Int, _ answer: borrowing Answer, _ body: (Double) -> Void) {
        for row in 0..<answer.frame.height(index) {
            if case .number(let number) = answer.frame.cell(row, index) { body(number) } else { body(.nan) }
        }
    }

    /// Calls `body` with every element of a column as UTF-8; one that is missing is empty.
    package func forEachText(
        ofColumn index: Int,
        _ answer: borrowing Answer,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        answer.frame.utf8.withUnsafeBytes { utf8 in
            for row in 0..<answer.frame.height(index) {
                guard case .text(let start, let count) = answer.frame.cell(row, index) else {
                    body(UnsafeRawBufferPointer(rebasing: utf8[0..<0]))
                    continue
                }
                body(UnsafeRawBufferPointer(rebasing: utf8[Int(start)..<Int(start) + Int(count)]))
            }
        }
    }

    /// Appends a column's elements as raw little-endian bytes, texts each behind its length.
    package func writeRaw(column index: Int, _ answer: borrowing Answer, into body: inout OutBuffer) {
        switch type(ofColumn: index, answer) {
        case .bytes:
            forEachText(ofColumn: index, answer) { text in
                // Safe: an answer is far smaller than 2^32 bytes.
                withUnsafeBytes(of: UInt32(text.count).littleEndian) { body.append($0) }
                body.append(text)
            }
        case .bool: forEachNumber(ofColumn: index, answer) { body.append($0 == 1 ? UInt8(1) : 0) }
        case .int64:
            forEachNumber(ofColumn: index, answer) { number in
                withUnsafeBytes(of: (Int64(exactly: number) ?? 0).littleEndian) { body.append($0) }
            }
        default:
            forEachNumber(ofColumn: index, answer) { number in
                withUnsafeBytes(of: number.bitPattern.littleEndian) { body.append($0) }
            }
        }
    }

    /// How many bytes `writeRaw` appends for a column.
    package func rawByteCount(ofColumn index: Int, _ answer: borrowing Answer) -> Int {
        guard type(ofColumn: index, answer) == .bytes else {
            return answer.frame.height(index) * (type(ofColumn: index, answer).byteCount ?? 0)
        }
        var count = 0
        forEachText(ofColumn: index, answer) { count += 4 + $0.count }
        return count
    }
}
