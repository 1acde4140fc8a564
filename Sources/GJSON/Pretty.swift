/// JSON with a line for each member, and short arrays on one, as tidwall/pretty writes it.
struct Pretty {
    struct Options {
        /// Columns that an array on one line may reach.
        var width = 80
        var prefix = Bytes()
        var indent = Bytes("  ".utf8)
        var sortsNames = false
    }

    private let options: Options
    private let run: Run
    private var reader = TokenReader([])
    private var out = Bytes()
    /// Where the line in hand begins.
    private var line = 0

    init(_ options: Options, _ run: Run) {
        self.options = options
        self.run = run
    }

    func text(_ json: Bytes) -> Bytes {
        var writer = self
        writer.reader = TokenReader(json)
        writer.out = options.prefix
        writer.value(depth: 0)
        if !writer.out.isEmpty { writer.out.append(UInt8(ascii: "\n")) }
        return writer.out
    }

    private mutating func value(depth: Int) {
        guard let first = reader.findValue(), run.spend(1) else { return }
        switch first {
        case UInt8(ascii: "{"): nested(depth, first, UInt8(ascii: "}"))
        case UInt8(ascii: "["):
            let room = options.width - (out.count - line)
            if options.width > 0, room > 3, shortArray(room) { return }
            nested(depth, first, UInt8(ascii: "]"))
        case UInt8(ascii: "t"): out.append(contentsOf: Bytes("true".utf8)); _ = reader.readToken()
        case UInt8(ascii: "f"): out.append(contentsOf: Bytes("false".utf8)); _ = reader.readToken()
        default: if let token = reader.readToken() { out.append(contentsOf: token.raw) }
        }
    }

    private mutating func nested(_ depth: Int, _ open: UInt8, _ close: UInt8) {
        out.append(open)
        reader.skip()
        var members: [Member] = []
        var count = 0
        while atMember(of: open, close) {
            if count > 0 { out.append(UInt8(ascii: ",")) }
            newLine()
            let start = out.count
            guard indent(depth + 1) else { return }
            var name: TokenReader.Token?
            if open == UInt8(ascii: "{") {
                name = reader.readString()
                out.append(contentsOf: (name?.raw ?? []) + Bytes(": ".utf8))
            }
            let before = reader.at
            run.deeper(otherwise: ()) { value(depth: depth + 1) }
            if let name { members.append(Member(name: name.text, range: start..<out.count)) }
            count += 1
            guard reader.at > before else { break }
        }
        if options.sortsNames, open == UInt8(ascii: "{") { sort(members) }
        if count > 0 {
            newLine()
            _ = indent(depth)
        }
        out.append(close)
        if reader.peek != nil { reader.skip() }
    }

    /// Goes to the next element, or the next name; false at the end.
    private mutating func atMember(of open: UInt8, _ close: UInt8) -> Bool {
        while let byte = reader.peek, byte != close {
            if open == UInt8(ascii: "{") ? byte == UInt8(ascii: "\"") : TokenReader.startsValue(byte) { return true }
            reader.skip()
        }
        return false
    }

    private mutating func newLine() {
        line = out.count
        if out.last == UInt8(ascii: " ") { out.removeLast() }
        out.append(UInt8(ascii: "\n"))
    }

    private mutating func indent(_ depth: Int) -> Bool {
        guard run.spend(options.prefix.count + options.indent.count * depth) else { return false }
        out.append(contentsOf: options.prefix)
        for _ in 0..<depth { out.append(contentsOf: options.indent) }
        return true
    }

    /// Writes an array on one line, where it has no objects and is no longer than `room`.
    private mutating func shortArray(_ room: Int) -> Bool {
        let (start, place) = (out.count, reader)
        if flat(until: start + room) { return true }
        out.removeLast(out.count - start)
        reader = place
        return false
    }

    private mutating func flat(until end: Int) -> Bool {
        reader.skip()
        out.append(UInt8(ascii: "["))
        var isFirst = true
        while let first = reader.findValue(before: UInt8(ascii: "]")) {
            if !isFirst { out.append(contentsOf: Bytes(", ".utf8)) }
            isFirst = false
            if first == UInt8(ascii: "{") { return false }
            if first == UInt8(ascii: "[") {
                guard run.deeper(otherwise: false, { flat(until: end) }) else { return false }
            } else if let token = reader.readToken() {
                out.append(contentsOf: token.raw)
            }
            if out.count > end { return false }
        }
        out.append(UInt8(ascii: "]"))
        return out.count <= end
    }

    private struct Member {
        let name: Bytes
        let range: Range<Int>
    }

    /// Puts members, which were written with their indents, into the order of their names.
    private mutating func sort(_ members: [Member]) {
        guard let first = members.first, let last = members.last else { return }
        let sorted = members.enumerated().sorted { left, right in
            left.element.name == right.element.name
                ? left.offset < right.offset : left.element.name.lexicographicallyPrecedes(right.element.name)
        }
        let text = sorted.map { out[$0.element.range] }.joined(separator: Bytes(",\n".utf8))
        out.replaceSubrange(first.range.lowerBound..<last.range.upperBound, with: Bytes(text))
    }
}
