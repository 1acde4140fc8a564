/// Why bytes are not SPDY/3.1 as port-forward speaks it.
package struct SPDYDefect: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// A frame of SPDY/3.1, as far as port-forward uses it.
package enum SPDYFrame: Equatable, Sendable {
    case synStream(id: UInt32, headers: [String: String], isLast: Bool)
    case synReply(id: UInt32)
    case data(id: UInt32, bytes: [UInt8], isLast: Bool)
    case reset(id: UInt32, status: UInt32)
    case ping(id: UInt32)
    case goAway
    /// A control frame that needs no answer: SETTINGS, HEADERS, WINDOW_UPDATE.
    case other(type: UInt16)
}

/// Reads frames from the bytes of one direction; the header compression lasts as long as the connection.
package struct SPDYDecoder {
    private var bytes: [UInt8] = []
    private var at = 0
    private let inflater: HeaderInflater

    package init() throws(SPDYDefect) { inflater = try HeaderInflater() }

    package mutating func feed(_ more: [UInt8]) {
        bytes.removeFirst(at)
        at = 0
        bytes += more
    }

    /// The next whole frame, nil where more bytes are needed.
    package mutating func next() throws(SPDYDefect) -> SPDYFrame? {
        guard bytes.count - at >= 8 else { return nil }
        let first = word(at)
        let flags = bytes[at + 4]
        let length = Int(word(at + 4) & 0xFF_FFFF)
        guard length <= KubeletLimits.spdyFrameBytesMax else {
            throw SPDYDefect("a frame of \(length) bytes, at most \(KubeletLimits.spdyFrameBytesMax) are taken")
        }
        guard bytes.count - at >= 8 + length else { return nil }
        let body = at + 8..<at + 8 + length
        at = body.upperBound
        if first >> 31 == 0 {
            return .data(id: first, bytes: Array(bytes[body]), isLast: flags & 1 == 1)
        }
        return try control(type: UInt16(truncatingIfNeeded: first), flags, body)
    }

    private func control(type: UInt16, _ flags: UInt8, _ body: Range<Int>) throws(SPDYDefect) -> SPDYFrame {
        let least = [1: 10, 2: 4, 3: 8, 6: 4][Int(type)] ?? 0
        guard body.count >= least else { throw SPDYDefect("a control frame of type \(type) with \(body.count) bytes") }
        switch type {
        case 1:
            // Stream, associated stream, priority and slot come before the headers.
            let headers = try parse(inflater.inflate(bytes[(body.lowerBound + 10)..<body.upperBound]))
            return .synStream(id: word(body.lowerBound), headers: headers, isLast: flags & 1 == 1)
        case 2:
            // The block has to be inflated: it is part of one compressed stream.
            _ = try inflater.inflate(bytes[(body.lowerBound + 4)..<body.upperBound])
            return .synReply(id: word(body.lowerBound))
        case 3: return .reset(id: word(body.lowerBound), status: word(body.lowerBound + 4))
        case 6: return .ping(id: word(body.lowerBound))
        case 7: return .goAway
        default: return .other(type: type)
        }
    }

    /// Count, then length and text of each name and value.
    private func parse(_ block: [UInt8]) throws(SPDYDefect) -> [String: String] {
        var at = 0
        func number() throws(SPDYDefect) -> Int {
            guard block.count - at >= 4 else { throw SPDYDefect("a header block that ends early") }
            defer { at += 4 }
            return block[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        func text() throws(SPDYDefect) -> String {
            let length = try number()
            guard block.count - at >= length else { throw SPDYDefect("a header block that ends early") }
            defer { at += length }
            return String(decoding: block[at..<at + length], as: UTF8.self)
        }
        var headers: [String: String] = [:]
        for _ in 0..<(try number()) {
            let name = try text()
            headers[name] = try text()
        }
        return headers
    }

    private func word(_ at: Int) -> UInt32 { bytes[at..<at + 4].reduce(0) { $0 << 8 | UInt32($1) } }
}

/// Writes frames of one direction.
package struct SPDYEncoder {
    private let deflater: HeaderDeflater

    package init() throws(SPDYDefect) { deflater = try HeaderDeflater() }

    package func data(_ id: UInt32, _ bytes: [UInt8], isLast: Bool = false) -> [UInt8] {
        SPDYEncoder.words([id, UInt32(isLast ? 1 << 24 : 0) | UInt32(bytes.count)]) + bytes
    }

    /// The answer to a new stream, without headers.
    package func synReply(_ id: UInt32) throws(SPDYDefect) -> [UInt8] {
        control(type: 2, SPDYEncoder.words([id]) + (try deflater.deflate([0, 0, 0, 0])))
    }

    package func ping(_ id: UInt32) -> [UInt8] { control(type: 6, SPDYEncoder.words([id])) }
    package func reset(_ id: UInt32, status: UInt32) -> [UInt8] { control(type: 3, SPDYEncoder.words([id, status])) }

    private func control(type: UInt32, _ body: [UInt8]) -> [UInt8] {
        SPDYEncoder.words([0x8003_0000 | type, UInt32(body.count)]) + body
    }

    private static func words(_ words: [UInt32]) -> [UInt8] {
        words.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) } }
    }
}
