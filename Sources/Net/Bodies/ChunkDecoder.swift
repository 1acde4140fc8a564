/// Takes a chunked body apart (RFC 9112 section 7.1), however its bytes arrive.
package struct ChunkDecoder {
    /// What the next bytes are.
    package enum Step: Equatable {
        /// All bytes are used; more are needed.
        case needsMore
        /// Body bytes lie in this range of the input.
        case data(Range<Int>)
        /// The body and its trailer have ended.
        case done
        case malformed(HeadFault)
    }

    private enum State {
        case sizeStart
        case size
        case `extension`
        case sizeEnd
        case data
        case dataReturn
        case dataEnd
        case trailerStart
        case trailer
        case trailerLineEnd
        case lastEnd
        case done
    }

    private var state = State.sizeStart
    private var left = 0
    /// Bytes of extensions and trailers so far: what carries no body is bounded.
    private var idleBytes = 0

    /// Bytes of extensions and trailers that one body may have.
    static let idleBytesMax = 16 * 1024
    /// A size of more digits would not fit an Int.
    private static let sizeMax = Int.max >> 4

    package init() {}

    /// Takes the next step into `bytes` from `at`, which is moved behind what was used.
    package mutating func next(_ bytes: UnsafeRawBufferPointer, _ at: inout Int) -> Step {
        while at < bytes.count {
            if state == .data { return .data(takeData(bytes.count, &at)) }
            let byte = bytes[at]
            at &+= 1
            if let step = take(byte) { return step }
        }
        return state == .done ? .done : .needsMore
    }

    private mutating func takeData(_ end: Int, _ at: inout Int) -> Range<Int> {
        let count = min(left, end - at)
        defer {
            at += count
            left -= count
            if left == 0 { state = .dataReturn }
        }
        return at..<at + count
    }

    private mutating func take(_ byte: UInt8) -> Step? {
        switch state {
        case .sizeStart, .size: return takeSize(byte)
        case .extension:
            guard byte == 0x0D else { return idle(byte) }
            state = .sizeEnd
        case .sizeEnd:
            guard byte == 0x0A else { return .malformed(.bareReturn) }
            state = left == 0 ? .trailerStart : .data
        case .dataReturn:
            guard byte == 0x0D else { return .malformed(Self.badEnd) }
            state = .dataEnd
        case .dataEnd:
            guard byte == 0x0A else { return .malformed(Self.badEnd) }
            state = .sizeStart
        case .trailerStart:
            guard byte == 0x0D else { return startTrailer(byte) }
            state = .lastEnd
        case .trailer:
            guard byte == 0x0D else { return idle(byte) }
            state = .trailerLineEnd
        case .trailerLineEnd:
            guard byte == 0x0A else { return .malformed(.bareReturn) }
            state = .trailerStart
        case .lastEnd:
            guard byte == 0x0A else { return .malformed(.bareReturn) }
            state = .done
            return .done
        case .data, .done: break
        }
        return nil
    }

    private mutating func takeSize(_ byte: UInt8) -> Step? {
        if let digit = Self.hexDigit(byte) {
            left = state == .sizeStart ? digit : left << 4 | digit
            state = .size
            return left > Self.sizeMax ? .malformed(Self.badSize) : nil
        }
        guard state == .size else { return .malformed(Self.badSize) }
        switch byte {
        case 0x0D: state = .sizeEnd
        case 0x3B, 0x20, 0x09: state = .extension
        case 0x0A: return .malformed(.bareLineFeed)
        default: return .malformed(Self.badSize)
        }
        return nil
    }

    private mutating func startTrailer(_ byte: UInt8) -> Step? {
        guard ByteRules.isToken(byte) else { return .malformed(byte == 0x0A ? .bareLineFeed : .badFieldName) }
        state = .trailer
        return idle(byte)
    }

    private mutating func idle(_ byte: UInt8) -> Step? {
        idleBytes += 1
        if byte == 0x0A { return .malformed(.bareLineFeed) }
        if byte < 0x20 && byte != 0x09 || byte == 0x7F { return .malformed(.controlInValue) }
        return idleBytes > Self.idleBytesMax ? .malformed(.headTooLarge) : nil
    }

    private static func hexDigit(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte - 0x30)
        case 0x41...0x46: Int(byte - 0x37)
        case 0x61...0x66: Int(byte - 0x57)
        default: nil
        }
    }

    private static let badSize = HeadFault(400, "a chunk size that is not a number")
    private static let badEnd = HeadFault(400, "a chunk that is longer than its size")
}
