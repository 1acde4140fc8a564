import Prediction

/// PMML's functions of texts. Patterns (`replace`, `matches`) and formats are refused when a document is read.
enum TextFunction: String, Sendable {
    case uppercase, lowercase, stringLength, substring, trimBlanks, concat

    var arity: ClosedRange<Int> {
        switch self {
        case .uppercase, .lowercase, .stringLength, .trimBlanks: 1...1
        case .substring: 3...3
        case .concat: 2...Int.max
        }
    }

    func apply(_ values: [Value], _ work: Workspace) throws(InputDefect) -> Value? {
        switch self {
        case .concat:
            work.bytes.removeAll(keepingCapacity: true)
            for value in values where !value.isMissing {
                guard case .text(let symbol) = try work.cast(value, to: .string) else { continue }
                work.append(symbol, to: &work.bytes)
            }
            return .text(try work.symbolOfBytes())
        case .stringLength: return .integer(Int64(try text(values[0], work).utf16.count))
        case .substring: return try substring(values, work)
        case .uppercase: return .text(try work.symbol(text(values[0], work).uppercased()))
        case .lowercase: return .text(try work.symbol(text(values[0], work).lowercased()))
        case .trimBlanks:
            // Java's blanks: everything up to the space.
            let scalars = try text(values[0], work).unicodeScalars
            let start = scalars.drop { $0.value <= 0x20 }
            let trimmed = String.UnicodeScalarView(start.reversed().drop { $0.value <= 0x20 }.reversed())
            return .text(try work.symbol(String(trimmed)))
        }
    }

    private func text(_ value: Value, _ work: Workspace) throws(InputDefect) -> String {
        work.spelt(try work.cast(value, to: .string))
    }

    /// The first character has the position 1.
    private func substring(_ values: [Value], _ work: Workspace) throws(InputDefect) -> Value? {
        guard case .integer(let position) = try work.cast(values[1], to: .integer),
            case .integer(let length) = try work.cast(values[2], to: .integer), position >= 1, length >= 0
        else { throw InputDefect("function \"substring\" has an invalid start or length") }
        let units = Array(try text(values[0], work).utf16.dropFirst(Int(position - 1)).prefix(Int(length)))
        return .text(try work.symbol(String(decoding: units, as: UTF16.self)))
    }
}
