import Base
import CNGHTTP2

/// HTTP/2 on one connection of a server: every stream of it is an exchange.
///
/// What streams have to say waits in them and in the session; once a turn it is framed and goes out in one write.
final class HTTP2ServerConnection: ServerDriver {
    let server: HTTPServer
    let connection: Connection
    let limits: HTTP2Limits
    private(set) var session: HTTP2Session?
    var fields = HTTP2FieldList()
    private var streams: [HTTP2Stream] = []
    /// Objects of streams that are over, for the next ones.
    private var spare: [HTTP2Stream] = []
    private var drainedStreams: [HTTP2Stream] = []
    private var head = HTTP2Head()
    /// The stream whose head is arriving.
    private var arriving: HTTP2Stream?
    private var arrivingSince: Instant
    /// Since when there is no stream.
    private var idleSince: Instant
    private var flood: FloodGuard
    private var isNoticeGiven = false
    private var isGoingAway = false

    /// Bytes framed for one write.
    private static let fillMax = 256 * 1024

    init(server: HTTPServer, connection: Connection, limits: HTTP2Limits) {
        self.server = server
        self.connection = connection
        self.limits = limits
        let now = connection.loop.now
        arrivingSince = now
        idleSince = now
        flood = FloodGuard(limits, at: now)
        connection.pullsOutput = true
        session = HTTP2Session(owner: self, limits: limits, headBytes: server.limits.headBytes)
        if server.isDraining { drain() }
    }

    // MARK: connection driver

    func received() {
        guard let session else { return connection.close() }
        let bytes = connection.input.bytes
        let isHTTP2 = session.receive(bytes)
        connection.input.skip(bytes.count)
        if isHTTP2 {
            connection.queueFlush()
        } else {
            fill()
            end()
        }
    }

    func ended() {
        abandonAll()
        connection.close()
    }

    func fill() {
        guard let session else { return }
        while connection.output.count < Self.fillMax, let bytes = session.nextBytes() {
            connection.output.append(bytes)
        }
        if session.isOver, connection.ending == .none { end() }
    }

    /// Nothing can happen any more: closes behind what is written.
    private func end() {
        abandonAll()
        connection.closeWhenSent()
    }

    func drained() {
        for stream in drainedStreams.take() where stream.outgoing.count == 0 { stream.exchange?.onDrained?() }
        if session?.wantsWrite == true { connection.queueFlush() }
    }

    func closed(_ fault: NetFault?) { abandonAll() }

    func gone() {
        abandonAll()
        for stream in streams {
            stream.close()
            stream.retire()
        }
        streams = []
        retireSpare()
        arriving = nil
        drainedStreams = []
    }

    private func retireSpare() {
        for stream in spare { stream.retire() }
        spare = []
    }

    private func abandonAll() { for stream in streams { stream.abandon() } }
}

// MARK: - what the session tells

extension HTTP2ServerConnection {
    /// A frame begins; a client that sends too many idle ones is told so, and heard no more.
    func frameBegins(_ kind: FloodGuard.Frame) {
        if !flood.bears(kind, at: connection.loop.now) { session?.terminate(NGHTTP2_ENHANCE_YOUR_CALM) }
    }

    func headBegins(_ id: Int32) {
        let stream = spare.popLast() ?? HTTP2Stream(owner: self)
        stream.open(id, isWhole: false)
        stream.exchange?.store = server.takeStore()
        stream.place = streams.count
        streams.append(stream)
        session?.bind(id, to: stream)
        head.begin(bytesMax: server.limits.headBytes)
        arriving = stream
        arrivingSince = connection.loop.now
    }

    func headField(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        guard let store = arriving?.exchange?.store else { return }
        head.add(name, value, to: &store.text)
    }

    func headEnds(isWhole: Bool) {
        guard let stream = arriving, let store = stream.exchange?.store else { return }
        arriving = nil
        stream.isRequestWhole = isWhole
        head.end(&store.text)
        let bytes = store.text.bytes
        guard let base = bytes.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
        store.lies(at: base, count: bytes.count)
        let result = store.head.parse(base, bytes.count, bytesMax: server.limits.headBytes)
        stream.begin(head.isTooLarge ? .malformed(.headTooLarge) : result)
    }

    /// Copies a frame of a body into the connection's buffer; false where that is full.
    func sendBody(of stream: HTTP2Stream, _ frameHead: UnsafeRawBufferPointer, _ count: Int) -> Bool {
        guard connection.output.count < Self.fillMax else { return false }
        connection.output.append(frameHead)
        stream.outgoing.take(count, into: &connection.output)
        _ = flood.bears(.answering, at: connection.loop.now)
        stream.bodySent()
        return true
    }

    func closed(_ stream: HTTP2Stream, isBroken: Bool) {
        session?.unbind(stream.id)
        if arriving === stream { arriving = nil }
        let last = streams.removeLast()
        if last !== stream {
            streams[stream.place] = last
            last.place = stream.place
        }
        let wasGivenUp = stream.isGivenUp
        stream.close()
        spare.append(stream)
        if streams.isEmpty { idleSince = connection.loop.now }
        // What a service gave up is not the client's doing.
        if isBroken, !wasGivenUp, !flood.bearsReset(at: connection.loop.now) {
            session?.terminate(NGHTTP2_ENHANCE_YOUR_CALM)
        }
    }

    /// The notice of the shutdown is on its way; whatever answers a PING behind it has heard it.
    func goAwaySent() { if isNoticeGiven, !isGoingAway { session?.ping() } }

    /// The client has answered what came behind the notice of the shutdown: all it sent before has arrived.
    func noticeHeard() { if isNoticeGiven { goAway() } }
}

// MARK: - what streams ask for

extension HTTP2ServerConnection {
    func submitAnswer(_ id: Int32, hasBody: Bool) {
        _ = session?.submitAnswer(id, fields, hasBody: hasBody)
        connection.queueFlush()
    }

    func submitTrailers(_ id: Int32, _ trailers: HTTPTrailers) {
        fields.set(trailers)
        session?.submitTrailers(id, fields)
    }

    func submitContinue(_ id: Int32) {
        fields.set(interim: "100")
        session?.submitInterim(id, fields)
        connection.queueFlush()
    }

    func notice(drained stream: HTTP2Stream) { drainedStreams.append(stream) }
}

// MARK: - time

extension HTTP2ServerConnection {
    func checkTime(_ now: Instant) {
        let limits = server.limits
        if connection.hasStalled(for: limits.stallTime, at: now) {
            abandonAll()
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
        abandonAll()
        connection.close()
    }

    private func goAway() {
        guard !isGoingAway, connection.isOpen else { return }
        isGoingAway = true
        session?.goAway()
        connection.queueFlush()
    }
}

extension Array {
    fileprivate mutating func take() -> Self {
        defer { self = [] }
        return self
    }
}
