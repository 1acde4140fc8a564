import Base
import CLinux

extension HTTP1ServerConnection {
    /// Goes as far as the bytes at hand and the answers given allow.
    func process() {
        guard !isProcessing else { return }
        isProcessing = true
        while connection.isWritable, !isUpgraded, step() {}
        isProcessing = false
        if connection.isOpen, !isUpgraded { connection.inputTaken() }
    }

    func step() -> Bool {
        switch reading {
        case .head: readHead()
        case .fixed, .chunked: readBody()
        case .done: answer == .ended && nextRequest()
        }
    }

    func readHead() -> Bool {
        guard connection.unsentBytes <= Self.unsentMax else { return false }
        skipEmptyLines()
        let bytes = connection.input.bytes
        // Half an empty line may stand before a request, like a whole one.
        if headSeen == 0, bytes.count == 1, bytes[0] == 0x0D { return false }
        guard let base = bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count > 0 else {
            releaseStore()
            return false
        }
        let store = takeStore()
        // Without a new line end among the new bytes the head cannot have become whole.
        if headSeen > 0, bytes.count < server.limits.headBytes, headSeen < bytes.count,
            memchr(base + headSeen, 0x0A, bytes.count - headSeen) == nil
        {
            headSeen = bytes.count
            return false
        }
        switch store.head.parse(base, bytes.count, bytesMax: server.limits.headBytes) {
        case .incomplete:
            if headSeen == 0 { waitingSince = connection.loop.now }
            headSeen = bytes.count
            return false
        case .malformed(let fault):
            answer = .owed
            refuse(fault.status, fault.message.description)
            return false
        case .complete(let count):
            headSeen = 0
            store.lies(at: base, count: count)
            return begin(store, bytes, headCount: count)
        }
    }

    /// Empty lines before a request are passed over (RFC 9112 section 2.2).
    func skipEmptyLines() {
        while headSeen == 0, connection.input.count >= 2, connection.input.bytes[0] == 0x0D,
            connection.input.bytes[1] == 0x0A
        {
            connection.input.skip(2)
        }
    }

    func begin(_ store: HeadStore, _ bytes: UnsafeRawBufferPointer, headCount: Int) -> Bool {
        guard let exchange else { return false }
        let framing = store.head.framing
        let length = framing.contentLength ?? 0
        answer = .owed
        keepsAlive = store.head.isKeepAlive && !server.isDraining
        reading = framing.isChunked ? .chunked : length > 0 ? .fixed(left: length) : .done
        guard length <= server.limits.bodyBytes else { return refuseBody(server.limits.bodyBytes) }
        hasServiceBegun = true
        exchange.begin()
        let mode = server.service.begin(exchange)
        guard connection.isWritable else { return false }
        if case .collect(let max, let decoding) = mode, answer != .ended {
            let coding = decoding ? ContentCoding(exchange.header("content-encoding")) : .identity
            if coding == .identity, length > max { return refuseBody(max) }
            if coding == .identity, !framing.isChunked, bytes.count - headCount >= length {
                let body = UnsafeRawBufferPointer(rebasing: bytes[headCount..<headCount + length])
                reading = .done
                server.service.complete(exchange, body: body)
                if answer != .ended, !isUpgraded { store.keep() }
                connection.input.skip(headCount + length)
                return true
            }
            if let refusal = collected.begin(max: max, coding: coding) { return refuse(refusal) }
        }
        if answer != .ended { store.keep() }
        connection.input.skip(headCount)
        startBody(mode, expectsContinue: framing.expectsContinue && store.head.minorVersion == 1)
        return true
    }

    func startBody(_ mode: BodyMode, expectsContinue: Bool) {
        decoder = ChunkDecoder()
        switch mode {
        case .collect: sink = .collect
        case .stream: sink = .stream
        case .answered: sink = .discard
        }
        guard answer != .ended, !isUpgraded else { return }
        if reading == .done {
            deliver(UnsafeRawBufferPointer(start: nil, count: 0), last: true)
        } else if expectsContinue, answer == .owed, connection.input.isEmpty, mode.wantsBody {
            connection.write { $0.append("HTTP/1.1 100 Continue\r\n\r\n") }
        }
    }

    func readBody() -> Bool {
        if answer == .ended { sink = .discard }
        guard !isBodyPaused || answer == .ended else { return false }
        let bytes = connection.input.bytes
        guard bytes.count > 0 else { return false }
        if case .fixed(let left) = reading { return readFixed(bytes, left) }
        return readChunk(bytes)
    }

    func readFixed(_ bytes: UnsafeRawBufferPointer, _ left: Int) -> Bool {
        let count = min(left, bytes.count)
        reading = count == left ? .done : .fixed(left: left - count)
        deliver(UnsafeRawBufferPointer(rebasing: bytes[..<count]), last: count == left)
        connection.input.skip(count)
        return true
    }

    func readChunk(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var used = 0
        switch decoder.next(bytes, &used) {
        case .needsMore: break
        case .data(let range): deliver(UnsafeRawBufferPointer(rebasing: bytes[range]), last: false)
        case .done:
            reading = .done
            deliver(UnsafeRawBufferPointer(start: nil, count: 0), last: true)
        case .malformed(let fault):
            refuse(fault.status, fault.message.description)
            return false
        }
        connection.input.skip(used)
        return true
    }

    /// Brings bytes of the body to where they are wanted.
    func deliver(_ bytes: UnsafeRawBufferPointer, last: Bool) {
        guard let exchange else { return }
        bodyBytes += bytes.count
        switch sink {
        case .discard: break
        case .stream where bodyBytes > server.limits.bodyBytes: _ = refuseBody(server.limits.bodyBytes)
        case .stream: server.service.chunk(exchange, bytes, last: last)
        case .collect:
            if let refusal = collected.take(bytes) ?? (last ? collected.end() : nil) {
                _ = refuse(refusal)
                return
            }
            guard last else { return }
            server.service.complete(exchange, body: collected.bytes)
            collected.clear()
        }
    }

    /// The request is whole and answered: makes ready for the next one.
    func nextRequest() -> Bool {
        guard keepsAlive else {
            connection.closeWhenSent()
            return false
        }
        answer = .none
        reading = .head
        headSeen = 0
        isBodyPaused = false
        bodyBytes = 0
        hasServiceBegun = false
        waitingSince = connection.loop.now
        store?.forget()
        return true
    }
}

extension BodyMode {
    fileprivate var wantsBody: Bool { if case .answered = self { false } else { true } }
}
