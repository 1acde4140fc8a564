/// The head of an answer as places in the bytes it was read from (RFC 9112 section 4).
struct ResponseHead: ~Copyable {
    private(set) var fields: FieldTable
    private(set) var framing = Framing()
    private(set) var status = 0
    private(set) var minorVersion = 1

    /// Bytes of `HTTP/1.1 200`.
    private static let lineLeast = 12

    init(fieldCountMax: Int) { fields = FieldTable(capacity: fieldCountMax) }

    var isKeepAlive: Bool { !framing.saysClose && (minorVersion == 1 || framing.saysKeepAlive) }

    /// Reads the head at `base`, of which `count` bytes are there.
    mutating func parse(_ base: UnsafePointer<UInt8>, _ count: Int, bytesMax: Int) -> HeadResult {
        let end = min(count, bytesMax)
        let line = parseLine(base, end)
        guard case .complete(let fieldsStart) = line else { return limited(line, count, bytesMax) }
        framing = Framing()
        return limited(fields.parse(base, from: fieldsStart, end: end, &framing), count, bytesMax)
    }

    private func limited(_ result: HeadResult, _ count: Int, _ bytesMax: Int) -> HeadResult {
        result == .incomplete && count >= bytesMax
            ? .malformed(HeadFault(502, "the answer's head is too large")) : result
    }

    /// `HTTP/1.1 200 OK`
    private mutating func parseLine(_ base: UnsafePointer<UInt8>, _ end: Int) -> HeadResult {
        guard end > Self.lineLeast else { return .incomplete }
        guard ByteRules.equals(base, 7, "http/1."), base[7] == 0x30 || base[7] == 0x31, base[8] == 0x20 else {
            return .malformed(Self.badLine)
        }
        minorVersion = Int(base[7] &- 0x30)
        status = 0
        for index in 9..<12 {
            guard base[index] >= 0x30, base[index] <= 0x39 else { return .malformed(Self.badLine) }
            status = status * 10 + Int(base[index] - 0x30)
        }
        guard status >= 100, base[12] == 0x20 || base[12] == 0x0D else { return .malformed(Self.badLine) }
        let lineEnd = ByteRules.firstControl(base, Self.lineLeast, end)
        guard lineEnd &+ 1 < end else { return .incomplete }
        guard base[lineEnd] == 0x0D, base[lineEnd &+ 1] == 0x0A else { return .malformed(Self.badLine) }
        return .complete(lineEnd &+ 2)
    }

    private static let badLine = HeadFault(502, "a status line that is not HTTP/1.1")
}
