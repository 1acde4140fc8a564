import Base
import CNGHTTP2

/// One request of HTTP/2 and its answer. A connection uses a stream's object again for later requests.
final class HTTP2ServerStream: HTTP2Stream {
    /// What becomes of the request's body.
    enum Sink {
        case collect
        case stream
        case discard
    }

    /// Where the answer stands.
    enum Answer: Equatable {
        /// No request is in hand.
        case none
        case owed
        /// Its head is out, its body is being written: so many bytes are left where a length was given.
        case begun(left: Int?)
        /// Its head is out and it has no body.
        case bodiless
        case ended
    }

    let owner: HTTP2ServerConnection
    var exchange: HTTPExchange?
    var sink = Sink.discard
    var answer = Answer.none
    var isRequestWhole = false
    var hasServiceBegun = false
    var isPaused = false
    /// The status of the answer in hand.
    var status = 0
    /// Whether the service knows that the body is whole.
    private var isEndTold = false
    /// Whether this side has broken it off.
    private(set) var isGivenUp = false
    var bodyBytes = 0
    /// The body that is gathered, or that waits while it is paused.
    var body = BodyCollector()
    /// When bytes of the stream last went in or out.
    var lastProgress: Instant

    init(owner: HTTP2ServerConnection) {
        self.owner = owner
        lastProgress = owner.connection.loop.now
        super.init()
        exchange = HTTPExchange(carrier: self)
    }

    var server: HTTPServer { owner.server }
    var isOpen: Bool { id != 0 }

    func open(_ id: Int32, isWhole: Bool) {
        self.id = id
        answer = .owed
        isRequestWhole = isWhole
        hasServiceBegun = false
        isPaused = false
        isEndTold = false
        isGivenUp = false
        sink = .discard
        bodyBytes = 0
        lastProgress = owner.connection.loop.now
    }

    /// Lets go of everything of the request; the object waits for the next one.
    func close() {
        abandon()
        answer = .none
        id = 0
        releaseStore()
        body.clear()
        outgoing.clear()
        forgetTrailers()
    }

    override func bodySent() {
        lastProgress = owner.connection.loop.now
        if outgoing.count == 0, exchange?.onDrained != nil { owner.notice(drained: self) }
    }

    /// What still comes of the request is of no use to anybody.
    override func sentAll() { if !isRequestWhole { reset(NGHTTP2_NO_ERROR) } }

    override func receivedAll() { requestEnds() }

    override func received(_ bytes: UnsafeRawBufferPointer) { take(bytes) }

    /// The object will not be used again: it and its exchange hold each other no longer.
    func retire() { exchange = nil }

    func releaseStore() {
        guard let store = exchange?.store else { return }
        exchange?.store = nil
        server.giveStore(store)
    }

    /// Tells the service that nobody waits for the answer any more.
    func abandon() {
        guard hasServiceBegun, answer != .none, answer != .ended, let exchange else { return }
        hasServiceBegun = false
        answer = .ended
        exchange.onDrained = nil
        server.service.aborted(exchange)
        exchange.context = nil
    }
}

// MARK: - the request

extension HTTP2ServerStream {
    /// The head is whole: asks the service, unless the head is refused.
    func begin(_ head: HeadResult) {
        guard let exchange, let store = exchange.store else { return }
        switch head {
        case .incomplete: return refuse(400, "a request that HTTP/1.1 could not carry")
        case .malformed(let fault): return refuse(fault.status, fault.message.description)
        case .complete: break
        }
        if !isRequestWhole { store.head.noteBody() }
        let length = store.head.framing.contentLength ?? 0
        guard length <= server.limits.bodyBytes else { return refuse(.tooLarge(server.limits.bodyBytes)) }
        hasServiceBegun = true
        exchange.begin()
        let mode = server.service.begin(exchange)
        guard isOpen, answer != .ended else { return }
        if let refusal = setSink(mode, length) { return refuse(refusal) }
        if isRequestWhole {
            requestEnds()
        } else if store.head.framing.expectsContinue, answer == .owed {
            owner.submitContinue(id)
        }
    }

    private func setSink(_ mode: BodyMode, _ length: Int) -> BodyCollector.Refusal? {
        switch mode {
        case .answered: sink = .discard
        case .stream:
            sink = .stream
            return body.begin(max: .max)
        case .collect(let max, let decoding):
            sink = .collect
            let coding = decoding ? ContentCoding(exchange?.header("content-encoding")) : .identity
            if length > max, coding == .identity { return .tooLarge(max) }
            return body.begin(max: max, coding: coding)
        }
        return nil
    }

    /// More of the body.
    func take(_ bytes: UnsafeRawBufferPointer) {
        lastProgress = owner.connection.loop.now
        guard answer != .ended, let exchange else { return grant(bytes.count) }
        bodyBytes += bytes.count
        switch sink {
        case .discard: grant(bytes.count)
        case .collect:
            grant(bytes.count)
            if let refusal = body.take(bytes) { refuse(refusal) }
        case .stream where bodyBytes > server.limits.bodyBytes: refuse(.tooLarge(server.limits.bodyBytes))
        case .stream where isHeldUp: _ = body.take(bytes)
        case .stream:
            grant(bytes.count)
            server.service.chunk(exchange, bytes, last: false)
        }
    }

    private func grant(_ count: Int) { if isOpen, !isRequestWhole { owner.session?.grantStream(id, count) } }

    /// The client has sent all of the request.
    func requestEnds() {
        isRequestWhole = true
        guard answer != .ended, let exchange else { return }
        switch sink {
        case .discard: break
        case .collect:
            if let refusal = body.end() { return refuse(refusal) }
            server.service.complete(exchange, body: body.bytes)
            body.clear()
        case .stream where isHeldUp || isEndTold: break
        case .stream:
            isEndTold = true
            server.service.chunk(exchange, UnsafeRawBufferPointer(start: nil, count: 0), last: true)
        }
    }

    /// Whether what comes has to wait: while the service wants nothing, and until it has what came meanwhile.
    private var isHeldUp: Bool { isPaused || body.bytes.count > 0 }

    /// Hands on what came while the body was paused.
    func deliverHeld() {
        guard !isPaused, sink == .stream, answer != .ended, let exchange else { return }
        let held = body.bytes
        if held.count > 0 {
            grant(held.count)
            server.service.chunk(exchange, held, last: false)
            body.clear()
        }
        if isRequestWhole { requestEnds() }
    }

    func refuse(_ refusal: BodyCollector.Refusal) { refuse(refusal.status, refusal.message) }

    /// Answers in the server's own name where no answer has begun, and breaks off otherwise.
    func refuse(_ status: Int, _ message: String) {
        let canAnswer = answer == .owed
        abandon()
        guard canAnswer else { return reset(NGHTTP2_CANCEL) }
        answer = .owed
        let body = JSON.object(["error": .string(message)]).text
        respond(status: status, contentType: "application/json") { $0.append(body) }
    }

    func reset(_ code: nghttp2_error_code) {
        guard isOpen else { return }
        isGivenUp = true
        owner.reset(id, code)
    }

    /// Ends what has waited too long; a stream that is being answered may wait for its client as long as it reads.
    func checkTime(_ now: Instant) {
        let limits = server.limits
        guard now - lastProgress > limits.stallTime else { return }
        if outgoing.count > 0 {
            abandon()
            reset(NGHTTP2_CANCEL)
        } else if !isRequestWhole, !isPaused, answer == .owed {
            refuse(408, "the request's body did not go on for \(limits.stallTime)")
        }
    }
}
