import CNGHTTP2

/// HTTP/2 on one connection, of a server or of a client.
///
/// What streams have to say waits in them and in the session; once a turn it is framed and goes out in one write.
class HTTP2Connection: ConnectionDriver {
    let connection: Connection
    /// In place from init on, unless memory is short.
    var session: HTTP2Session?
    var fields = HTTP2FieldList()
    private var drainedStreams: [HTTP2Stream] = []

    /// Bytes framed for one write.
    private static let fillMax = 256 * 1024

    init(_ connection: Connection) {
        self.connection = connection
        connection.pullsOutput = true
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
        abandonAll(nil)
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
        abandonAll(NetFault(.upstream, .malformed, "\(connection.remote) does not keep to HTTP/2"))
        connection.closeWhenSent()
    }

    func drained() {
        let drained = drainedStreams
        drainedStreams.removeAll(keepingCapacity: true)
        for stream in drained where stream.outgoing.count == 0 { bodyDrained(of: stream) }
        if session?.wantsWrite == true { connection.queueFlush() }
    }

    func closed(_ fault: NetFault?) { abandonAll(fault) }

    // MARK: what the session tells; for each side to fill in

    /// No stream will be finished any more.
    func abandonAll(_ fault: NetFault?) {}
    /// All that was written of a stream's body has gone out.
    func bodyDrained(of stream: HTTP2Stream) {}
    /// A frame begins.
    func frameBegins(_ kind: FloodGuard.Frame) {}
    /// A head begins: the first one, or what follows behind a body or an interim answer.
    func headBegins(_ id: Int32, isFirst: Bool) {}
    func headField(_ id: Int32, _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {}
    func headEnds(_ id: Int32, isWhole: Bool) {}
    /// A frame of a body is on its way out.
    func bodyFramed() {}
    /// The stream is over, and its number means nothing any more.
    func closed(_ stream: HTTP2Stream, _ code: UInt32) {}
    func settingsReceived() {}
    func goAwaySent() {}
    func goAwayReceived() {}
    func pingAnswered() {}
}

extension HTTP2Connection {
    /// Copies a frame of a body into the connection's buffer; false where that is full.
    func sendBody(of stream: HTTP2Stream, _ frameHead: UnsafeRawBufferPointer, _ count: Int) -> Bool {
        guard connection.output.count < Self.fillMax else { return false }
        connection.output.append(frameHead)
        stream.outgoing.take(count, into: &connection.output)
        bodyFramed()
        stream.bodySent()
        return true
    }

    /// What a frame of at most `room` bytes can have of a stream's body.
    func offerBody(of stream: HTTP2Stream, _ room: Int) -> HTTP2OutgoingBody.Offer {
        let offer = stream.outgoing.offer(room)
        if case .bytes(_, .trailers) = offer {
            fields.set(stream.outgoing.trailers)
            session?.submitTrailers(stream.id, fields)
        }
        return offer
    }

    /// Remembers that a stream's writer waits for its bytes to go out.
    func notice(drained stream: HTTP2Stream) { drainedStreams.append(stream) }

    func forgetDrained() { drainedStreams = [] }

    /// More of a stream's body is there.
    func resumeBody(_ id: Int32) {
        session?.resumeBody(id)
        connection.queueFlush()
    }

    func reset(_ id: Int32, _ code: nghttp2_error_code) {
        session?.reset(id, code)
        connection.queueFlush()
    }
}
