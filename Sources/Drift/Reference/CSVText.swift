/// Reads comma-separated values (RFC 4180): the first line names the columns; cells may stand in quotes.
struct CSVText {
    let names: [String]
    let rows: [[String]]

    /// - Parameter rowsMax: lines that are read; further ones are an error, told by their number.
    init(_ text: String, rowsMax: Int) throws(ReferenceFault) {
        var lines: [[String]] = []
        var reader = Reader(bytes: Array(text.utf8))
        while let line = try reader.line(number: lines.count + 1) {
            if line == [""] { continue }
            guard lines.count <= rowsMax else { throw ReferenceFault("more than \(rowsMax) rows") }
            if let head = lines.first, line.count != head.count {
                throw ReferenceFault("line \(lines.count + 1) has \(line.count) cells, the first has \(head.count)")
            }
            lines.append(line)
        }
        guard let head = lines.first else { throw ReferenceFault("it is empty") }
        names = head
        rows = Array(lines.dropFirst())
    }

    private struct Reader {
        let bytes: [UInt8]
        var at = 0

        /// The cells of the next line; nil at the end.
        mutating func line(number: Int) throws(ReferenceFault) -> [String]? {
            guard at < bytes.count else { return nil }
            var cells: [String] = []
            while true {
                cells.append(try cell(line: number))
                guard at < bytes.count else { return cells }
                let end = bytes[at]
                at += 1
                if end == UInt8(ascii: ",") { continue }
                if end == UInt8(ascii: "\r"), at < bytes.count, bytes[at] == UInt8(ascii: "\n") { at += 1 }
                return cells
            }
        }

        private mutating func cell(line: Int) throws(ReferenceFault) -> String {
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { return plainCell() }
            var text: [UInt8] = []
            at += 1
            while at < bytes.count {
                let byte = bytes[at]
                at += 1
                if byte != UInt8(ascii: "\"") {
                    text.append(byte)
                } else if at < bytes.count, bytes[at] == byte {
                    text.append(byte)
                    at += 1
                } else {
                    return String(decoding: text, as: UTF8.self)
                }
            }
            throw ReferenceFault("line \(line): a quote is not closed")
        }

        private mutating func plainCell() -> String {
            let start = at
            while at < bytes.count, ![UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r")].contains(bytes[at]) {
                at += 1
            }
            return String(decoding: bytes[start..<at], as: UTF8.self)
        }
    }
}

/// Why a reference cannot be used.
package struct ReferenceFault: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
