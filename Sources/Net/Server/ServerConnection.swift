import Base

/// A version of HTTP on one connection of a server.
protocol ServerDriver: ConnectionDriver {
    /// Closes what has waited too long; called by the server every now and then.
    func checkTime(_ now: Instant)
    /// The server goes away: what is in hand may finish.
    func drain()
    /// The server cannot wait any longer.
    func cutOff()
    /// The descriptor is closed: nothing of this connection is used any more.
    func gone()
}

/// One connection of a server: finds out which version of HTTP the client speaks, and keeps its place in the server's list.
final class ServerConnection: ServerDriver {
    private let server: HTTPServer
    private let connection: Connection
    private var speaker: (any ServerDriver)?
    private let since: Instant
    /// Its place in the server's list.
    var place = 0

    /// What HTTP/2 begins with (RFC 9113 section 3.4), where it was not agreed on by TLS.
    static let preface: StaticString = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

    init(server: HTTPServer, connection: Connection) {
        self.server = server
        self.connection = connection
        since = connection.loop.now
    }

    func start() {
        if server.http2 == nil { speakHTTP1() } else { connection.driver = self }
        connection.start()
    }

    func received() {
        guard let limits = server.http2 else { return }
        if let tls = connection.tls {
            if tls.agreedProtocol == .http2 { speakHTTP2(limits) } else { speakHTTP1() }
        } else {
            switch Self.isPreface(connection.input.bytes) {
            case nil: return
            case true?: speakHTTP2(limits)
            case false?: speakHTTP1()
            }
        }
        connection.driver?.received()
    }

    /// Whether bytes begin with the preface; nil where they are too few to say.
    static func isPreface(_ bytes: UnsafeRawBufferPointer) -> Bool? {
        let wanted = UnsafeRawBufferPointer(start: preface.utf8Start, count: preface.utf8CodeUnitCount)
        guard bytes.prefix(wanted.count).elementsEqual(wanted.prefix(bytes.count)) else { return false }
        return bytes.count >= wanted.count ? true : nil
    }

    private func speakHTTP1() { speak(HTTP1ServerConnection(server: server, connection: connection)) }

    private func speakHTTP2(_ limits: HTTP2Limits) {
        speak(HTTP2ServerConnection(server: server, connection: connection, limits: limits))
    }

    private func speak(_ driver: any ServerDriver) {
        speaker = driver
        connection.driver = driver
    }

    func ended() { connection.closeWhenSent() }
    func drained() {}
    func closed(_ fault: NetFault?) {}

    func checkTime(_ now: Instant) {
        if let speaker { return speaker.checkTime(now) }
        let hasBegun = !connection.input.isEmpty || connection.isHandshaking
        if now - since > (hasBegun ? server.limits.headTime : server.limits.idleTime) { connection.close() }
    }

    func drain() {
        if let speaker { return speaker.drain() }
        _ = connection.loop.after(server.limits.lastRequestTime) { [weak self] in
            guard let self, speaker == nil, connection.isOpen else { return }
            connection.read()
            if speaker == nil, connection.isOpen { connection.close() }
        }
    }

    func cutOff() {
        if let speaker { speaker.cutOff() } else { connection.close() }
    }

    func gone() { speaker?.gone() }
}
