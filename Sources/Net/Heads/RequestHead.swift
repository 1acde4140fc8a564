import CLinux

/// The methods that services branch on.
package enum HTTPMethod: UInt8, Sendable { case get, head, post, put, delete, patch, options, connect, other }

/// The head of a request as places in the bytes it was read from (RFC 9112 sections 2 to 5); nothing is copied.
package struct RequestHead: ~Copyable {
    private(set) var fields: FieldTable
    private(set) var framing = Framing()
    private(set) var method = HTTPMethod.other
    private(set) var methodSpan = ByteSpan.none
    private(set) var target = ByteSpan.none
    private(set) var path = ByteSpan.none
    /// Behind the question mark.
    private(set) var query = ByteSpan.none
    /// The authority of a target in absolute form, which overrides the host header.
    private(set) var targetAuthority: ByteSpan?
    /// 1 for HTTP/1.1, 0 for HTTP/1.0.
    private(set) var minorVersion = 1

    package init(fieldCountMax: Int) { fields = FieldTable(capacity: fieldCountMax) }

    /// Whether the connection can carry another request after this one.
    var isKeepAlive: Bool { !framing.saysClose && (minorVersion == 1 || framing.saysKeepAlive) }
    /// Whom the request is for.
    var authority: ByteSpan { targetAuthority ?? framing.host ?? .none }

    /// The line up to the path's end.
    var asked: ByteSpan { ByteSpan(Int(methodSpan.offset), Int(path.offset &+ path.count)) }

    /// A body follows in HTTP/2's own frames.
    mutating func noteBody() {
        if framing.contentLength == nil { framing.noteUnknownLength() }
    }

    /// Reads the head at `base`, of which `count` bytes are there.
    package mutating func parse(_ base: UnsafePointer<UInt8>, _ count: Int, bytesMax: Int) -> HeadResult {
        let result = parseLine(base, min(count, bytesMax))
        guard case .complete(let fieldsStart) = result else {
            return limited(result, .targetTooLong, count, bytesMax)
        }
        framing = Framing()
        let end = fields.parse(base, from: fieldsStart, end: min(count, bytesMax), &framing)
        guard case .complete = end else { return limited(end, .headTooLarge, count, bytesMax) }
        if let fault = contradiction { return .malformed(fault) }
        return end
    }

    private func limited(_ result: HeadResult, _ fault: HeadFault, _ count: Int, _ bytesMax: Int) -> HeadResult {
        result == .incomplete && count >= bytesMax ? .malformed(fault) : result
    }

    private var contradiction: HeadFault? {
        if minorVersion == 1, framing.host == nil { return HeadFault(400, "no host header") }
        if minorVersion == 0, framing.isChunked { return HeadFault(400, "a chunked body in HTTP/1.0") }
        return nil
    }

    /// `GET /path?query HTTP/1.1`
    private mutating func parseLine(_ base: UnsafePointer<UInt8>, _ count: Int) -> HeadResult {
        var at = 0
        while at < count, ByteRules.isToken(base[at]) { at &+= 1 }
        guard at < count else { return .incomplete }
        guard base[at] == 0x20, at > 0 else { return .malformed(Self.badLine) }
        methodSpan = ByteSpan(0, at)
        method = Self.method(base, at)
        let targetStart = at &+ 1
        at = targetStart
        while at < count, ByteRules.isTarget(base[at]) { at &+= 1 }
        guard at < count else { return .incomplete }
        guard base[at] == 0x20, at > targetStart else { return .malformed(Self.badTarget) }
        target = ByteSpan(targetStart, at)
        guard at &+ 11 <= count else { return Self.versionSoFar(base, at &+ 1, count) }
        if let fault = parseVersion(base, at &+ 1) { return .malformed(fault) }
        guard splitTarget(base, targetStart, at) else { return .malformed(Self.badTarget) }
        return .complete(at &+ 11)
    }

    /// `HTTP/1.1` and the line's end, ten bytes.
    private mutating func parseVersion(_ base: UnsafePointer<UInt8>, _ start: Int) -> HeadFault? {
        let word = UnsafeRawPointer(base + start).loadUnaligned(as: UInt64.self).littleEndian
        guard word & 0xFF_FFFF_FFFF == 0x2F_5054_5448 else { return Self.badLine }
        guard base[start &+ 5] == 0x31, base[start &+ 6] == 0x2E, base[start &+ 7] == 0x30 || base[start &+ 7] == 0x31
        else { return HeadFault(505, "a version other than HTTP/1.1 and HTTP/1.0") }
        guard base[start &+ 8] == 0x0D, base[start &+ 9] == 0x0A else {
            return base[start &+ 8] == 0x0A ? .bareLineFeed : Self.badLine
        }
        minorVersion = Int(base[start &+ 7] &- 0x30)
        return nil
    }

    /// Refuses what can no longer become a version, so that other protocols are told at once.
    private static func versionSoFar(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> HeadResult {
        let wanted: StaticString = "HTTP/1."
        for index in start..<end where index - start < wanted.utf8CodeUnitCount {
            if base[index] != wanted.utf8Start[index - start] {
                return index - start < 5 ? .malformed(badLine) : .incomplete
            }
        }
        return .incomplete
    }

    /// Finds path and query in `/path?query`, `http://host/path?query` or `*`.
    private mutating func splitTarget(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        var pathStart = start
        targetAuthority = nil
        if base[start] != 0x2F {
            if method == .connect { return splitNothing(start, end) }
            if base[start] == 0x2A, end == start &+ 1 { return splitNothing(start, end) }
            guard let authority = Self.authority(base, start, end) else { return false }
            targetAuthority = authority
            pathStart = Int(authority.offset &+ authority.count)
            if pathStart < end, base[pathStart] != 0x2F, base[pathStart] != 0x3F { return false }
        }
        let mark = memchr(base + pathStart, 0x3F, end &- pathStart).map {
            UnsafeRawPointer($0) - UnsafeRawPointer(base)
        }
        path = ByteSpan(pathStart, mark ?? end)
        query = mark.map { ByteSpan($0 &+ 1, end) } ?? .none
        return true
    }

    private mutating func splitNothing(_ start: Int, _ end: Int) -> Bool {
        path = ByteSpan(start, end)
        query = .none
        return true
    }

    private static func authority(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> ByteSpan? {
        let scheme = end - start > 7 && ByteRules.equals(base + start, 7, "http://") ? 7 : 8
        guard scheme == 7 || (end - start > 8 && ByteRules.equals(base + start, 8, "https://")) else { return nil }
        var at = start + scheme
        while at < end, ByteRules.isHost(base[at]) { at += 1 }
        return at > start + scheme ? ByteSpan(start + scheme, at) : nil
    }

    private static func method(_ base: UnsafePointer<UInt8>, _ count: Int) -> HTTPMethod {
        func `is`(_ text: StaticString) -> Bool { memcmp(base, text.utf8Start, count) == 0 }
        switch count {
        case 3: return `is`("GET") ? .get : `is`("PUT") ? .put : .other
        case 4: return `is`("POST") ? .post : `is`("HEAD") ? .head : .other
        case 5: return `is`("PATCH") ? .patch : .other
        case 6: return `is`("DELETE") ? .delete : .other
        case 7: return `is`("OPTIONS") ? .options : `is`("CONNECT") ? .connect : .other
        default: return .other
        }
    }

    private static let badLine = HeadFault(400, "a request line that is not HTTP/1.1")
    private static let badTarget = HeadFault(400, "a request target that is not a path or URL")
}
