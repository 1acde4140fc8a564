import CNGHTTP2

/// The fields of a head on its way out, as nghttp2 takes them; one list serves all messages of a connection.
struct HTTP2FieldList: ~Copyable {
    private(set) var start: UnsafeMutablePointer<nghttp2_nv>
    private(set) var count = 0
    private var capacity = 16
    /// Field lines, as services write them for every version of HTTP.
    private var lines = OutBuffer()
    /// Digits of the numbers among the fields.
    private var digits = OutBuffer()

    private static let scheme: StaticString = "http"
    /// Memory for lines that is kept for the next answer.
    private static let linesKept = 4096

    init() { start = .allocate(capacity: capacity) }

    deinit { start.deallocate() }

    /// Fills the list with an answer's head.
    mutating func set(
        status: Int,
        date: UnsafeRawBufferPointer,
        contentType: StaticString?,
        length: Int?,
        number: (name: StaticString, value: Int)? = nil,
        lines write: (inout OutBuffer) -> Void
    ) {
        begin()
        write(&lines)
        // All digits first: the buffer must not move once fields point into it.
        digits.append(decimal: status)
        let statusEnd = digits.count
        if let length { digits.append(decimal: length) }
        let lengthEnd = digits.count
        if let number { digits.append(decimal: number.value) }
        add(":status", UnsafeRawBufferPointer(rebasing: digits.bytes[..<statusEnd]))
        add("date", date)
        if let contentType { add("content-type", contentType.bytes) }
        if length != nil {
            add("content-length", UnsafeRawBufferPointer(rebasing: digits.bytes[statusEnd..<lengthEnd]))
        }
        if let number { add(number.name, UnsafeRawBufferPointer(rebasing: digits.bytes[lengthEnd...])) }
        addLines()
    }

    /// Fills the list with a request's head, which `write` appends as HTTP/1.1 would have it; false where it has no
    /// request line.
    mutating func set(request length: Int?, lines write: (inout OutBuffer) -> Void) -> Bool {
        begin()
        write(&lines)
        if let length { digits.append(decimal: length) }
        let bytes = lines.bytes
        guard let end = bytes.firstIndex(of: 0x0D), let methodEnd = bytes[..<end].firstIndex(of: 0x20),
            let pathEnd = bytes[..<end].lastIndex(of: 0x20), methodEnd < pathEnd
        else { return false }
        add(":method", UnsafeRawBufferPointer(rebasing: bytes[..<methodEnd]))
        add(":scheme", Self.scheme.bytes)
        add(":path", UnsafeRawBufferPointer(rebasing: bytes[(methodEnd + 1)..<pathEnd]))
        if let host = Self.host(bytes[end...]) { add(":authority", host) }
        if length != nil { add("content-length", digits.bytes) }
        addLines(from: end + 2, skipsHost: true)
        return true
    }

    /// Fills the list with nothing but a status.
    mutating func set(interim status: StaticString) {
        begin()
        add(":status", status.bytes)
    }

    mutating func set(_ trailers: HTTPTrailers) {
        begin()
        if let fixed = trailers.fixed { add(fixed.name, fixed.value.bytes) }
        guard !trailers.fields.isEmpty else { return }
        HTTPTrailers(trailers.fields).append(to: &lines)
        addLines()
    }

    private mutating func begin() {
        count = 0
        digits.truncate(0)
        lines.clear(keeping: Self.linesKept)
    }

    private mutating func add(_ name: StaticString, _ value: UnsafeRawBufferPointer) {
        add(name.bytes, value, NGHTTP2_NV_FLAG_NO_COPY_NAME)
    }

    private mutating func add(
        _ name: UnsafeRawBufferPointer,
        _ value: UnsafeRawBufferPointer,
        _ flags: nghttp2_nv_flag = NGHTTP2_NV_FLAG_NONE
    ) {
        if count == capacity { grow() }
        start[count] = nghttp2_nv(
            name: UnsafeMutablePointer(mutating: name.assumingMemoryBound(to: UInt8.self).baseAddress),
            value: UnsafeMutablePointer(mutating: value.assumingMemoryBound(to: UInt8.self).baseAddress),
            namelen: name.count,
            valuelen: value.count,
            flags: UInt8(flags.rawValue)
        )
        count += 1
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<nghttp2_nv>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: start, count: count)
        start.deallocate()
        start = larger
        capacity *= 2
    }

    /// Adds `name: value` of every line, names in small letters, without those that only HTTP/1.1 has.
    private mutating func addLines(from start: Int = 0, skipsHost: Bool = false) {
        let bytes = lines.bytes
        var at = start
        while at < bytes.count, let end = bytes[at...].firstIndex(of: 0x0D) {
            let line = bytes[at..<end]
            at = end + 2
            guard let colon = line.firstIndex(of: 0x3A), colon > line.startIndex else { continue }
            let name = lowered(line[..<colon])
            if Self.isOfHTTP1(name) || (skipsHost && name.equalsIgnoringCase("host")) { continue }
            let value = line[(colon + 1)...].drop { $0 == 0x20 }
            add(name, UnsafeRawBufferPointer(rebasing: value))
        }
    }

    /// The value of the host line.
    private static func host(_ lines: Slice<UnsafeRawBufferPointer>) -> UnsafeRawBufferPointer? {
        var rest = lines
        while let end = rest.firstIndex(of: 0x0D) {
            let line = rest[..<end]
            if UnsafeRawBufferPointer(rebasing: line.prefix(5)).equalsIgnoringCase("host:") {
                return UnsafeRawBufferPointer(rebasing: line.dropFirst(5).drop { $0 == 0x20 })
            }
            rest = rest[end...].dropFirst(2)
        }
        return nil
    }

    private func lowered(_ name: Slice<UnsafeRawBufferPointer>) -> UnsafeRawBufferPointer {
        let bytes = UnsafeMutableRawBufferPointer(mutating: UnsafeRawBufferPointer(rebasing: name))
        for index in bytes.indices { bytes[index] = ASCII.lowered(bytes[index]) }
        return UnsafeRawBufferPointer(bytes)
    }

    /// Fields that say how a message lies on a connection (RFC 9113 section 8.2.2).
    private static func isOfHTTP1(_ name: UnsafeRawBufferPointer) -> Bool {
        switch name.count {
        case 7: name.equalsIgnoringCase("upgrade")
        case 10: name.equalsIgnoringCase("connection") || name.equalsIgnoringCase("keep-alive")
        case 16: name.equalsIgnoringCase("proxy-connection")
        case 17: name.equalsIgnoringCase("transfer-encoding")
        default: false
        }
    }
}

extension StaticString {
    /// The text's bytes, which live as long as the program.
    fileprivate var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }
}
