import Base
import CNGHTTP2

/// HTTP/2 on one connection of a server: every stream of it is an exchange.
final class HTTP2ServerConnection: HTTP2Connection, ServerDriver {
    let server: HTTPServer
    let limits: HTTP2Limits
    private var streams: [HTTP2ServerStream] = []
    /// Objects of streams that are over, for the next ones.
    private var spare: [HTTP2ServerStream] = []
    private var head = HTTP2Head()
    /// The stream whose head is arriving.
    private var arriving: HTTP2ServerStream?
    private var arrivingSince: Instant
    /// Since when there is no stream.
    private var idleSince: Instant
    private var flood: FloodGuard
    private var isNoticeGiven = false
    private var isGoingAway = false

    init(server: HTTPServer, connection: Connection, limits: HTTP2Limits) {
        self.server = server
        self.limits = limits
        let now = connection.loop.now
        arrivingSince = now
        idleSince = now
        flood = FloodGuard(limits, at: now)
        super.init(connection)
        session = HTTP2Session(.server, owner: self, limits: limits, headBytes: server.limits.headBytes)
        if server.isDraining { drain() }
    }

    func gone() {
        abandonAll(nil)
        for stream in streams {
            stream.close()
            stream.retire()
        }
        streams = []
        retireSpare()
        arriving = nil
        forgetDrained()
    }

    private func retireSpare() {
        for stream in spare { stream.retire() }
        spare = []
    }

    // MARK: what the session tells

    override func abandonAll(_ fault: NetFault?) { for stream in streams { stream.abandon() } }

    override func bodyDrained(of stream: HTTP2Stream) { (stream as? HTTP2ServerStream)?.exchange?.onDrained?() }

    /// A client that sends too many idle frames is told so, and heard no more.
    override func frameBegins(_ kind: FloodGuard.Frame) {
        if !flood.bears(kind, at: connection.loop.now) { session?.terminate(NGHTTP2_ENHANCE_YOUR_CALM) }
    }

    override func headBegins(_ id: Int32, isFirst: Bool) {
        guard isFirst else { return }
        let stream = spare.popLast() ?? HTTP2ServerStream(owner: self)
        stream.open(id, isWhole: false)
        stream.exchange?.store = server.takeStore()
        stream.place = streams.count
        streams.append(stream)
        session?.bind(id, to: stream)
        head.begin(bytesMax: server.limits.headBytes)
        arriving = stream
        arrivingSince = connection.loop.now
    }

    override func headField(_ id: Int32, _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        if arriving != nil { head.add(name, value) } else { session?.stream(id)?.add(trailer: name, value) }
    }

    override func headEnds(_ id: Int32, isWhole: Bool) {
        guard let stream = arriving, let store = stream.exchange?.store else {
            if isWhole { session?.stream(id)?.receivedAll() }
            return
        }
        arriving = nil
        stream.isRequestWhole = isWhole
        head.end(&store.text)
        let bytes = store.text.bytes
        guard let base = bytes.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
        store.lies(at: base, count: bytes.count)
        let result = store.head.parse(base, bytes.count, bytesMax: server.limits.headBytes)
        stream.begin(head.isTooLarge ? .malformed(.headTooLarge) : result)
    }

    override func bodyFramed() { _ = flood.bears(.answering, at: connection.loop.now) }

    override func closed(_ stream: HTTP2Stream, _ code: UInt32) {
        session?.unbind(stream.id)
        guard let stream = stream as? HTTP2ServerStream, let last = streams.popLast() else { return }
        if arriving === stream { arriving = nil }
        if last !== stream {
            streams[stream.place] = last
            last.place = stream.place
        }
        let wasGivenUp = stream.isGivenUp
        stream.close()
        spare.append(stream)
        if streams.isEmpty { idleSince = connection.loop.now }
        // What a service gave up is not the client's doing.
        if code != NGHTTP2_NO_ERROR.rawValue, !wasGivenUp, !flood.bearsReset(at: connection.loop.now) {
            session?.terminate(NGHTTP2_ENHANCE_YOUR_CALM)
        }
    }

    /// The notice of the shutdown is on its way; whatever answers a PING behind it has heard it.
    override func goAwaySent() { if isNoticeGiven, !isGoingAway { session?.ping() } }

    /// The client has answered what came behind the notice of the shutdown: all it sent before has arrived.
    override func pingAnswered() { if isNoticeGiven { goAway() } }

    // MARK: what streams ask for

    func submitAnswer(_ id: Int32, hasBody: Bool) {
        session?.submitAnswer(id, fields, hasBody: hasBody)
        connection.queueFlush()
    }

    func submitContinue(_ id: Int32) {
        fields.set(interim: "100")
        session?.submitInterim(id, fields)
        connection.queueFlush()
    }
}

// MARK: - time

extension HTTP2ServerConnection {
    func checkTime(_ now: Instant) {
        let limits = server.limits
        if connection.hasStalled(for: limits.stallTime, at: now) {
            abandonAll(nil)
            return connection.close()
        }
        if arriving != nil, now - arrivingSince > limits.headTime { return terminate() }
        if streams.isEmpty {
            retireSpare()
            if now - idleSince > limits.idleTime { goAway() }
        }
        for stream in streams { stream.checkTime(now) }
    }

    private func terminate() {
        session?.terminate(NGHTTP2_ENHANCE_YOUR_CALM)
        connection.queueFlush()
    }

    /// Tells the client to send nothing new; what is under way when it hears that is still taken.
    func drain() {
        guard !isNoticeGiven, !isGoingAway else { return }
        isNoticeGiven = true
        session?.noticeShutdown()
        connection.queueFlush()
        _ = connection.loop.after(limits.shutdownNoticeTime) { [weak self] in self?.goAway() }
    }

    func cutOff() {
        abandonAll(nil)
        connection.close()
    }

    private func goAway() {
        guard !isGoingAway, connection.isOpen else { return }
        isGoingAway = true
        session?.goAway()
        connection.queueFlush()
    }
}
