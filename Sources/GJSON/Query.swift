/// What stands between the brackets of `#(…)`: `path operator value`, the operator and value left out for existence.
struct Query {
    enum Comparison {
        case exists
        case equal, unequal, less, lessOrEqual, greater, greaterOrEqual
        case like, unlike
        /// Something between path and value that is no operator: nothing fits.
        case unknown
    }

    let path: Bytes
    let comparison: Comparison
    let value: Bytes

    /// What a query without its closing bracket comes to: the first element that is no array or object.
    static var anything: Query { Query(path: [], comparison: .exists, value: []) }

    private init(path: Bytes, comparison: Comparison, value: Bytes) {
        (self.path, self.comparison, self.value) = (path, comparison, value)
    }

    /// Reads a query that begins with `#(` or `#[`, and where it ends; nil where no bracket closes it.
    static func parse(_ text: Bytes) -> (query: Query, end: Int)? {
        guard let (close, middle, hasEscape) = bounds(of: text) else { return nil }
        let start = text.startIndex + 2
        guard let middle else {
            return (Query(path: trimmed(text[start..<close]), comparison: .exists, value: []), close + 1)
        }
        let (comparison, width) = comparison(in: trimmed(text[middle..<close]))
        let value = trimmed(trimmed(text[middle..<close]).dropFirst(width))
        return (
            Query(
                path: trimmed(text[start..<middle]),
                comparison: comparison,
                value: unquoted(value, hasEscape: hasEscape)
            ), close + 1
        )
    }

    /// Where the closing bracket and the operator are, and whether a string has an escape.
    private static func bounds(of text: Bytes) -> (close: Int, middle: Int?, hasEscape: Bool)? {
        var (middle, hasEscape, depth) = (Int?.none, false, 1)
        var at = text.startIndex + 2
        while at < text.endIndex {
            switch text[at] {
            case UInt8(ascii: "!"), UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "%"):
                if depth == 1, middle == nil { middle = at }
            case UInt8(ascii: "\\"): at += 1
            case UInt8(ascii: "["), UInt8(ascii: "("): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: ")"):
                depth -= 1
                if depth == 0 { return (at, middle, hasEscape) }
            case UInt8(ascii: "\""): skipString(text, &at, &hasEscape)
            default: break
            }
            at += 1
        }
        return nil
    }

    private static func skipString(_ text: Bytes, _ at: inout Int, _ hasEscape: inout Bool) {
        at += 1
        while at < text.endIndex, text[at] != UInt8(ascii: "\"") {
            if text[at] == UInt8(ascii: "\\") {
                hasEscape = true
                at += 1
            }
            at += 1
        }
    }

    private static func comparison(in text: Bytes) -> (Comparison, width: Int) {
        let operators: [(String, Comparison)] = [
            ("!=", .unequal), ("!%", .unlike), ("<=", .lessOrEqual), (">=", .greaterOrEqual), ("==", .equal),
            ("<", .less), (">", .greater), ("=", .equal), ("%", .like),
        ]
        for (sign, comparison) in operators where text.starts(with: sign.utf8) {
            return (comparison, sign.utf8.count)
        }
        // A lone `!` compares with nothing; with more behind it, it is no operator and asks for existence.
        return text.count == 1 ? (.unknown, 1) : (.exists, 0)
    }

    private static func unquoted(_ value: Bytes, hasEscape: Bool) -> Bytes {
        guard value.count >= 2, value.first == UInt8(ascii: "\""), value.last == UInt8(ascii: "\"") else {
            return value
        }
        let inner = value.dropFirst().dropLast()
        return hasEscape ? Escapes.removed(from: inner) : inner
    }

    /// Text without the blanks around it.
    static func trimmed(_ text: Bytes) -> Bytes {
        let rest = text.drop { $0 <= 0x20 }
        guard let last = rest.lastIndex(where: { $0 > 0x20 }) else { return rest.prefix(0) }
        return rest[...last]
    }
}

// Whether a value fits.
extension Query {
    func fits(_ found: GJSONResult, _ run: Run) -> Bool {
        guard value.first == UInt8(ascii: "~") else { return compare(found, value, run) }
        guard let isSo = resembles(found) else { return false }
        return compare(GJSONResult(isSo ? .yes : .no, raw: []), Bytes("true".utf8), run)
    }

    /// Whether a value is about what `~…` says: `~*` anything, `~null`, `~true`, `~false`; nil for other words.
    private func resembles(_ found: GJSONResult) -> Bool? {
        let isTrue: Bool? =
            switch found.kind {
            case .null, .no: false
            case .yes: true
            case .number: found.number != 0
            case .string: GoNumber.bool(found.text)
            case .json: nil
            }
        switch String(decoding: value.dropFirst(), as: UTF8.self) {
        case "*": return found.exists
        case "null": return found.kind == .null
        case "true": return isTrue == true
        case "false": return isTrue == false
        default: return nil
        }
    }

    private func compare(_ found: GJSONResult, _ value: Bytes, _ run: Run) -> Bool {
        guard found.exists else { return false }
        if case .exists = comparison { return true }
        switch found.kind {
        case .string:
            switch comparison {
            case .like: return Wildcard.matches(found.text, value, run)
            case .unlike: return !Wildcard.matches(found.text, value, run)
            default: return holds(Order(found.text, value))
            }
        case .number: return holds(Order(found.number, GoNumber.double(value)))
        case .yes, .no: return compare(isTrue: found.kind == .yes, String(decoding: value, as: UTF8.self))
        case .null, .json: return false
        }
    }

    /// False is less than true; a word that is neither differs from both, and bounds may lie anywhere.
    private func compare(isTrue: Bool, _ word: String) -> Bool {
        switch comparison {
        case .equal: word == (isTrue ? "true" : "false")
        case .unequal: word != (isTrue ? "true" : "false")
        case .greater: isTrue && word == "false"
        case .greaterOrEqual: isTrue
        case .less: !isTrue && word == "true"
        case .lessOrEqual: !isTrue
        case .exists, .like, .unlike, .unknown: false
        }
    }

    private enum Order {
        case before, same, after, unordered

        init(_ left: Bytes, _ right: Bytes) {
            self = left == right ? .same : left.lexicographicallyPrecedes(right) ? .before : .after
        }

        init(_ left: Double, _ right: Double) {
            self = left == right ? .same : left < right ? .before : left > right ? .after : .unordered
        }
    }

    private func holds(_ order: Order) -> Bool {
        switch comparison {
        case .equal: order == .same
        case .unequal: order != .same
        case .less: order == .before
        case .lessOrEqual: order == .before || order == .same
        case .greater: order == .after
        case .greaterOrEqual: order == .after || order == .same
        case .exists, .like, .unlike, .unknown: false
        }
    }
}
