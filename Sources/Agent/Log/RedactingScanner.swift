import Base

/// One pass over a JSON text (RFC 8259): checks it whole, and copies it but for the values at the paths.
struct RedactingScanner {
    /// What stands for a value that is not to be seen.
    static let replacement = "\"[redacted]\""

    private let bytes: UnsafeRawBufferPointer
    private let paths: [[Redaction.Step]]
    private var at = 0
    private var output: [UInt8] = []
    /// Where what is not yet copied begins.
    private var copied = 0

    /// Paths by their number, as bits.
    private typealias PathSet = UInt64

    init(_ bytes: UnsafeRawBufferPointer, _ paths: [[Redaction.Step]]) {
        self.bytes = bytes
        self.paths = paths
    }

    /// The redacted text; nil where it is no JSON.
    mutating func run() -> [UInt8]? {
        output.reserveCapacity(bytes.count)
        skipBlanks()
        guard value(paths.indices.reduce(0) { $0 | 1 << $1 }, depth: 0) else { return nil }
        skipBlanks()
        guard at == bytes.count else { return nil }
        output.append(contentsOf: bytes[copied...])
        return output
    }

    /// Passes over a value that the first `depth` steps of the `active` paths lead to.
    private mutating func value(_ active: PathSet, depth: Int) -> Bool {
        guard depth <= AgentLimits.redactedDepthMax, let first = peek else { return false }
        let start = at
        let isHidden = contains(active) { $0.count == depth }
        let inner = isHidden ? 0 : active
        let isWhole =
            switch first {
            case UInt8(ascii: "{"): object(inner, depth)
            case UInt8(ascii: "["): list(inner, depth)
            case UInt8(ascii: "\""): string() != nil
            case UInt8(ascii: "t"): word("true")
            case UInt8(ascii: "f"): word("false")
            case UInt8(ascii: "n"): word("null")
            default: number()
            }
        guard isWhole else { return false }
        if isHidden {
            output.append(contentsOf: bytes[copied..<start])
            output.append(utf8: RedactingScanner.replacement)
            copied = at
        }
        return true
    }

    private mutating func object(_ active: PathSet, _ depth: Int) -> Bool {
        at += 1
        skipBlanks()
        if take("}") { return true }
        repeat {
            skipBlanks()
            guard peek == UInt8(ascii: "\""), let name = string() else { return false }
            skipBlanks()
            guard take(":") else { return false }
            skipBlanks()
            let inner = active == 0 ? 0 : paths(active, leadingTo: name, depth)
            guard value(inner, depth: depth + 1) else { return false }
            skipBlanks()
        } while take(",")
        return take("}")
    }

    private mutating func list(_ active: PathSet, _ depth: Int) -> Bool {
        at += 1
        skipBlanks()
        if take("]") { return true }
        let inner = filter(active) { $0[depth] == .elements }
        repeat {
            skipBlanks()
            guard value(inner, depth: depth + 1) else { return false }
            skipBlanks()
        } while take(",")
        return take("]")
    }

    // MARK: paths

    private func contains(_ active: PathSet, _ holds: ([Redaction.Step]) -> Bool) -> Bool {
        active != 0 && filter(active, holds) != 0
    }

    private func filter(_ active: PathSet, _ holds: ([Redaction.Step]) -> Bool) -> PathSet {
        var rest = active
        var kept: PathSet = 0
        while rest != 0 {
            let index = rest.trailingZeroBitCount
            if holds(paths[index]) { kept |= 1 << index }
            rest &= rest - 1
        }
        return kept
    }

    /// The paths whose next step is the member called `name`, however that is spelt.
    private func paths(_ active: PathSet, leadingTo name: Range<Int>, _ depth: Int) -> PathSet {
        let spelt = UnsafeRawBufferPointer(rebasing: bytes[name])
        let decoded: [UInt8]? =
            !spelt.contains(UInt8(ascii: "\\"))
            ? nil : RedactingScanner.decoded(bytes[name.lowerBound - 1...name.upperBound])
        return filter(active) { path in
            guard case .member(let wanted) = path[depth] else { return false }
            return decoded.map { $0 == wanted } ?? spelt.elementsEqual(wanted)
        }
    }

    private static func decoded(_ quoted: Slice<UnsafeRawBufferPointer>) -> [UInt8] {
        // The name was passed over as a string: what is none for the parser (a lone surrogate) is nobody's name.
        guard let name = try? JSON.parse(Array(quoted)).string else { return [] }
        return Array(name.utf8)
    }

    // MARK: tokens

    private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    private mutating func skipBlanks() {
        while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
    }

    private mutating func word(_ word: StaticString) -> Bool {
        let wanted = UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes.count - at >= wanted.count, bytes[at..<at + wanted.count].elementsEqual(wanted) else {
            return false
        }
        at += wanted.count
        return true
    }

    /// Passes over a string; where what is between its quotes lies.
    private mutating func string() -> Range<Int>? {
        at += 1
        let start = at
        while let byte = peek, byte >= 0x20 {
            at += 1
            if byte == UInt8(ascii: "\"") { return start..<at - 1 }
            if byte == UInt8(ascii: "\\"), !escape() { return nil }
        }
        return nil
    }

    private mutating func escape() -> Bool {
        guard let letter = peek else { return false }
        at += 1
        guard letter == UInt8(ascii: "u") else { return "\"\\/bfnrt".utf8.contains(letter) }
        guard bytes.count - at >= 4, bytes[at..<at + 4].allSatisfy({ UInt8.isHexDigit($0) }) else { return false }
        at += 4
        return true
    }

    private mutating func number() -> Bool {
        _ = take("-")
        if !take("0"), !digits() { return false }
        if take("."), !digits() { return false }
        guard take("e") || take("E") else { return true }
        if !take("+") { _ = take("-") }
        return digits()
    }

    private mutating func digits() -> Bool {
        let start = at
        while let byte = peek, (0x30...0x39).contains(byte) { at += 1 }
        return at > start
    }
}

extension UInt8 {
    fileprivate static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
}
