/// The pipe in what is asked of every element: it takes the list of them all, not each of them.
enum PossiblePipe {
    static func split(_ path: Bytes) -> (path: Bytes, pipe: Bytes?) {
        guard path.contains(UInt8(ascii: "|")), let pipe = place(in: path) else { return (path, nil) }
        return (path[..<pipe], path[(pipe + 1)...])
    }

    private static func place(in path: Bytes) -> Int? {
        if path.first == UInt8(ascii: "{") {
            let end = Nested.end(of: path.dropFirst())
            return end < path.endIndex && path[end] == UInt8(ascii: "|") ? end : nil
        }
        var at = path.startIndex
        while at < path.endIndex {
            switch path[at] {
            case UInt8(ascii: "|"): return at
            case UInt8(ascii: "\\"): at += 1
            case UInt8(ascii: "."):
                guard at + 1 < path.endIndex else { return nil }
                if path[at + 1] == UInt8(ascii: "#") { at = skipQuery(path, from: at + 2) }
            default: break
            }
            at += 1
        }
        return nil
    }

    /// The closing bracket of the query that begins at `start`; `start` where there is none.
    private static func skipQuery(_ path: Bytes, from start: Int) -> Int {
        guard start < path.endIndex else { return start }
        let open = path[start]
        guard open == UInt8(ascii: "(") || open == UInt8(ascii: "[") else { return start }
        let close = open == UInt8(ascii: "(") ? UInt8(ascii: ")") : UInt8(ascii: "]")
        var (at, depth) = (start + 1, 1)
        while at < path.endIndex {
            switch path[at] {
            case UInt8(ascii: "\\"): at += 1
            case open: depth += 1
            case close:
                depth -= 1
                if depth == 0 { return at }
            case UInt8(ascii: "\""): at = Nested.endOfString(path, from: at)
            default: break
            }
            at += 1
        }
        return at
    }
}

/// Brackets and strings inside of paths.
enum Nested {
    /// Where the bracket or string at the beginning ends: behind its last byte.
    static func end(of text: Bytes) -> Int {
        var reader = TokenReader(text)
        if text.first == UInt8(ascii: "\"") {
            _ = reader.readString()
        } else if !text.isEmpty {
            _ = reader.readNested()
        }
        return reader.at
    }

    /// The quote that closes the string whose opening quote is at `start`, or the end.
    static func endOfString(_ text: Bytes, from start: Int) -> Int {
        var at = start + 1
        while at < text.endIndex, text[at] != UInt8(ascii: "\"") { at += text[at] == UInt8(ascii: "\\") ? 2 : 1 }
        return at
    }
}
