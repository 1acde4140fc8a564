import Base
import CNGHTTP2

/// HTTP/2 on one connection to a server, by prior knowledge: every request is a stream of it.
final class HTTP2ClientConnection: HTTP2Connection {
    /// Told once, when no further request can be sent.
    var onLeave: (() -> Void)?
    /// Waits for the server's SETTINGS.
    private var onAgreed: Connected?
    private var agreeTimer: LoopTimer?
    private var streams: [HTTP2ClientStream] = []
    /// Objects of streams that are over, for the next ones.
    private var spare: [HTTP2ClientStream] = []
    private var requestCount = 0
    /// Requests that this side has broken off.
    private var brokenOff = 0
    private var isLeaving = false
    private var pulse: Pulse
    /// Since when there is no stream.
    private var idleSince: Instant

    /// What this side takes of a server.
    private static let limits = HTTP2Limits()
    /// Requests broken off after which later ones go by another connection: servers end connections on which many are, and
    /// with them what else is under way there (RFC 9113 section 10.5).
    private static let brokenOffMax = 200
    /// Objects of streams kept for the next requests.
    private static let spareMax = 64

    override init(_ connection: Connection) {
        idleSince = connection.loop.now
        pulse = Pulse(at: connection.loop.now)
        super.init(connection)
        session = HTTP2Session(.client, owner: self, limits: Self.limits, headBytes: AnswerHead.bytesMax)
        connection.driver = self
        connection.start()
        connection.queueFlush()
    }

    /// What came of connecting.
    typealias Connected = (Result<HTTP2ClientConnection, NetFault>) -> Void

    /// Connects and agrees on SETTINGS, so that a server of another protocol is told apart before anything is asked of
    /// it; `done` is called once, later, on the loop's thread.
    static func connect(
        _ address: SocketAddress,
        on loop: EventLoop,
        within time: Duration,
        _ done: @escaping Connected
    ) {
        Connector.connect(address, on: loop, tls: nil, within: time) { result in
            switch result {
            case .success(let connection):
                let made = HTTP2ClientConnection(connection)
                made.agree(within: time, done)
            case .failure(let fault): done(.failure(fault))
            }
        }
    }

    private func agree(within time: Duration, _ done: @escaping Connected) {
        onAgreed = done
        agreeTimer = connection.loop.after(time) { [weak self] in
            guard let self else { return }
            connection.breakOff(
                NetFault(.upstream, .timeout, "\(connection.remote) said nothing of HTTP/2 within \(time)")
            )
        }
    }

    private func agreed(_ result: Result<HTTP2ClientConnection, NetFault>) {
        agreeTimer?.cancel()
        agreeTimer = nil
        let tell = onAgreed
        onAgreed = nil
        tell?(result)
    }

    /// Whether requests can be sent at all.
    var isUsable: Bool { !isLeaving && connection.isWritable && session?.takesRequests == true }
    /// Whether the server would take another request at once.
    var hasRoom: Bool { isUsable && streams.count < (session?.streamsMax ?? 0) }
    var streamCount: Int { streams.count }

    /// An object for one request; it is given back by `close`.
    func makeStream() -> HTTP2ClientStream {
        let stream = spare.popLast() ?? HTTP2ClientStream(owner: self)
        stream.place = streams.count
        streams.append(stream)
        return stream
    }

    /// The request is over for its owner: the object is used again when it is over at the server too.
    func giveBack(_ stream: HTTP2ClientStream) { if stream.id == 0 { forget(stream) } }

    private func forget(_ stream: HTTP2ClientStream) {
        guard stream.place < streams.count, streams[stream.place] === stream, let last = streams.popLast() else {
            return
        }
        if last !== stream {
            streams[stream.place] = last
            last.place = stream.place
        }
        stream.becomeFree()
        if !isLeaving, spare.count < Self.spareMax { spare.append(stream) }
        guard streams.isEmpty else { return }
        idleSince = connection.loop.now
        if isLeaving { connection.closeWhenSent() }
    }

    func close() {
        leave()
        abandonAll(NetFault(.local, .closed, "the connection to \(connection.remote) was closed"))
        connection.close()
    }

    private func leave() {
        guard !isLeaving else { return }
        isLeaving = true
        spare = []
        onLeave?()
        onLeave = nil
    }

    // MARK: connection driver

    override func received() {
        pulse.heard(at: connection.loop.now)
        super.received()
    }

    override func abandonAll(_ fault: NetFault?) {
        leave()
        let lost = streams
        streams = []
        forgetDrained()
        let fault = fault ?? NetFault(.upstream, .closed, "\(connection.remote) closed the connection")
        for stream in lost {
            stream.id = 0
            stream.fail(NetFault(.upstream, fault.kind, fault.message))
        }
        agreed(.failure(NetFault(.upstream, fault.kind, fault.message)))
    }

    // MARK: what the session tells

    override func settingsReceived() { agreed(.success(self)) }

    override func bodyDrained(of stream: HTTP2Stream) {
        guard let stream = stream as? HTTP2ClientStream else { return }
        stream.handler?.drained(stream)
    }

    override func headField(_ id: Int32, _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        (session?.stream(id) as? HTTP2ClientStream)?.headField(name, value)
    }

    override func headEnds(_ id: Int32, isWhole: Bool) {
        pulse.answered()
        (session?.stream(id) as? HTTP2ClientStream)?.headEnds(isWhole: isWhole)
    }

    override func closed(_ stream: HTTP2Stream, _ code: UInt32) {
        session?.unbind(stream.id)
        guard let stream = stream as? HTTP2ClientStream else { return }
        stream.closed(code)
        if stream.handler == nil { forget(stream) }
    }

    /// What the server still answers may finish; later requests go elsewhere.
    override func goAwayReceived() {
        leave()
        if streams.isEmpty { connection.closeWhenSent() }
    }

    // MARK: what streams ask for

    func countRequest() -> Int {
        requestCount += 1
        return requestCount
    }

    /// Begins a stream; false where this connection takes no request any more.
    func submit(
        _ stream: HTTP2ClientStream,
        length: Int?,
        hasBody: Bool,
        _ head: (inout OutBuffer) -> Void
    ) -> Bool {
        guard connection.isWritable, fields.set(request: length, lines: head),
            let id = session?.submitRequest(fields, hasBody: hasBody, for: stream)
        else { return false }
        stream.id = id
        connection.queueFlush()
        return true
    }

    /// Tells the server that nobody waits for this answer any more.
    func breakOff(_ id: Int32) {
        reset(id, NGHTTP2_CANCEL)
        brokenOff += 1
        if brokenOff >= Self.brokenOffMax { leave() }
    }

    /// The server may send as much again of this body, and of any.
    func grant(_ stream: HTTP2ClientStream, _ count: Int) {
        if stream.id != 0 { session?.grantStream(stream.id, count) }
        connection.queueFlush()
    }

    // MARK: time

    /// Closes what is idle for `idleTime`, and what gives no sign of life.
    func checkTime(_ now: Instant, idleTime: Duration) {
        if streams.isEmpty {
            if now - idleSince > idleTime { close() }
            return
        }
        switch pulse.check(at: now) {
        case .wait: break
        case .ask:
            session?.ping()
            connection.queueFlush()
        case .dead:
            connection.breakOff(NetFault(.upstream, .timeout, "\(connection.remote) gives no sign of life"))
        }
    }
}
