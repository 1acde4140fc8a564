import CNGHTTP2

/// One request of HTTP/2 at a server and its answer. A connection uses a stream's object again for later requests.
final class HTTP2ClientStream: HTTP2Stream, HTTPClientExchange {
    private enum Reading { case idle, head, body, done }

    private let owner: HTTP2ClientConnection
    let answer = AnswerHead()
    var handler: (any HTTPClientHandler)?
    private var reading = Reading.idle
    /// The answer's head as HTTP/1.1 would have sent it.
    private var text = OutBuffer()
    private var isHeadTooLarge = false
    /// What came of the body while it was paused.
    private var held = OutBuffer()
    private var isReceived = false
    private var isSent = true
    private var isPaused = false
    /// Bytes that are left of a request's body of known length.
    private var left: Int?
    private(set) var requestCount = 0
    private(set) var hasAnswerBegun = false

    /// Memory that is kept for the next answer.
    private static let kept = 4096

    init(owner: HTTP2ClientConnection) { self.owner = owner }

    var address: SocketAddress { owner.connection.remote }
    var version: HTTPVersion { .http2 }
    var isAnswerWhole: Bool { isReceived && held.isEmpty }
    var trailers: HTTPTrailers { HTTPTrailers(incomingTrailers) }
    var unsentBytes: Int { outgoing.count }

    // MARK: the request

    func begin(isHead: Bool, body: HTTPRequestBody, head write: (inout OutBuffer) -> Void) {
        guard reading == .idle else { return }
        reading = .head
        requestCount = owner.countRequest()
        left = if case .fixed(let count) = body { count } else { nil }
        if case .none = body { isSent = true } else { isSent = false }
        guard !owner.submit(self, length: left, hasBody: !isSent, write) else { return }
        let request = requestCount
        owner.connection.loop.soon { [self] in
            guard requestCount == request else { return }
            fail(NetFault(.upstream, .refused, "\(address) takes no more requests"))
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0, !isSent, id != 0 else { return }
        let count = min(left ?? bytes.count, bytes.count)
        left = left.map { $0 - count }
        outgoing.append(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        owner.resumeBody(id)
    }

    func end(trailers: HTTPTrailers) {
        guard !isSent else { return }
        if let left, left > 0 {
            breakOff()
            return fail(NetFault(.local, .malformed, "a body cut short"))
        }
        isSent = true
        outgoing.finish(trailers)
        if id != 0 { owner.resumeBody(id) }
    }

    // MARK: the end

    func close() {
        handler = nil
        reading = .done
        if !isReceived || !isSent || outgoing.count > 0 { breakOff() }
        owner.giveBack(self)
    }

    func takeRaw() -> RawConnection? { nil }

    private func breakOff() { if id != 0 { owner.breakOff(id) } }

    /// There will be no whole answer.
    func fail(_ fault: NetFault) {
        guard reading != .done, reading != .idle else { return }
        reading = .done
        let told = handler
        handler = nil
        told?.failed(self, fault)
        owner.giveBack(self)
    }

    /// Nothing of the last request is left; the object can serve another.
    func becomeFree() {
        handler = nil
        reading = .idle
        id = 0
        (isReceived, isPaused, isSent, hasAnswerBegun, isHeadTooLarge) = (false, false, true, false, false)
        text.clear(keeping: Self.kept)
        held.clear(keeping: Self.kept)
        outgoing.clear()
        forgetTrailers()
    }

    // MARK: the answer

    func headField(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        guard reading == .head else { return add(trailer: name, value) }
        hasAnswerBegun = true
        guard !isHeadTooLarge, text.count + name.count + value.count + 16 <= AnswerHead.bytesMax else {
            isHeadTooLarge = true
            return
        }
        guard name.first == 0x3A else { return text.appendField(name, value) }
        // `:status` is the only one of its kind, and comes first (RFC 9113 section 8.3.2).
        text.append("HTTP/1.1 ")
        text.append(value)
        text.append(" \r\n")
    }

    func headEnds(isWhole: Bool) {
        guard reading == .head else { return isWhole ? receivedAll() : () }
        text.append("\r\n")
        if let fault = headFault {
            breakOff()
            return fail(fault)
        }
        guard answer.status >= 200 else {
            // An interim answer: the real one follows.
            answer.forget()
            return text.truncate(0)
        }
        reading = .body
        isReceived = isWhole
        handler?.answered(self)
        answer.forget()
        if isWhole { deliverEnd() }
    }

    private var headFault: NetFault? {
        guard !isHeadTooLarge, let base = text.bytes.assumingMemoryBound(to: UInt8.self).baseAddress else {
            return NetFault(.upstream, .limit, "\(address) sent a head that is too large")
        }
        guard case .malformed(let fault) = answer.parse(base, text.count) else { return nil }
        return NetFault(.upstream, .malformed, "\(address) sent \(fault.message)")
    }

    override func received(_ bytes: UnsafeRawBufferPointer) {
        guard reading == .body else { return owner.grant(self, bytes.count) }
        if isPaused || !held.isEmpty { return held.append(bytes) }
        owner.grant(self, bytes.count)
        handler?.chunk(self, bytes, last: false)
    }

    override func receivedAll() {
        isReceived = true
        if held.isEmpty, !isPaused { deliverEnd() }
    }

    private func deliverEnd() {
        guard reading == .body else { return }
        reading = .done
        handler?.chunk(self, UnsafeRawBufferPointer(start: nil, count: 0), last: true)
    }

    override func bodySent() { if outgoing.count == 0, !isSent { owner.notice(drained: self) } }

    func pause() { isPaused = true }

    func resume() {
        guard isPaused else { return }
        isPaused = false
        let request = requestCount
        owner.connection.loop.soon { [weak self] in
            guard let self, requestCount == request, reading == .body, !isPaused else { return }
            deliverHeld()
        }
    }

    /// Hands on what came while the answer was paused.
    private func deliverHeld() {
        if !held.isEmpty {
            var bytes = OutBuffer()
            swap(&bytes, &held)
            owner.grant(self, bytes.count)
            handler?.chunk(self, bytes.bytes, last: false)
        }
        if isReceived, !isPaused, reading == .body { deliverEnd() }
    }

    /// The stream is over at nghttp2: its number means nothing any more.
    func closed(_ code: UInt32) {
        id = 0
        guard !isReceived else { return }
        let kind: NetFault.Kind = code == NGHTTP2_REFUSED_STREAM.rawValue ? .refused : .closed
        let name = nghttp2_http2_strerror(code).map { String(cString: $0) } ?? "\(code)"
        fail(NetFault(.upstream, kind, "\(address) broke the request off: \(name)"))
    }
}
