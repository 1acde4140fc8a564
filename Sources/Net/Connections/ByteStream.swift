import Synchronization

/// Bytes both ways over one connection, for tasks.
package final class ByteStream: Sendable {
    private let loop: EventLoop
    private let raw: LoopBound<RawConnection>
    private let inbox = Inbox()
    private let outbox: Outbox

    /// Takes over a raw connection; on the loop's thread.
    init(_ raw: RawConnection) {
        loop = raw.loop
        self.raw = LoopBound(raw)
        outbox = Outbox(loop: raw.loop, sink: raw)
        let (inbox, outbox) = (inbox, outbox)
        raw.onDrained = { outbox.drained() }
        raw.onClosed = { fault in
            inbox.end(fault)
            outbox.close(fault ?? NetFault(.client, .closed, "the connection was closed"))
        }
        raw.onEnd = { inbox.end(nil) }
        raw.onBytes = { [unowned raw] bytes in
            if inbox.put(bytes) { raw.pause() }
        }
    }

    // A stream that nobody holds can neither be read nor written.
    deinit { loop.execute { [raw] in raw.value.close() } }

    /// The next bytes; nil when the other side has sent all. One task reads at a time.
    package func read() async throws(NetFault) -> [UInt8]? {
        try await inbox.read { loop.execute { [raw] in raw.value.resume() } }
    }

    /// Sends bytes; waits while the other side is slow.
    package func write(_ bytes: [UInt8]) async throws(NetFault) { try await outbox.write(bytes) }

    /// Tells the other side that no more comes; it may still send.
    package func finishWriting() async { await outbox.finish() }

    /// Sends what was written and closes; readers and writers fail from now on.
    package func close() {
        let closed = NetFault(.local, .closed, "the stream was closed")
        inbox.end(closed)
        loop.execute { [raw, outbox] in
            outbox.flush(thenClose: closed)
            raw.value.close()
        }
    }
}

extension RawConnection: OutboxSink {}

/// A TCP connection to `address`.
package func connect(_ address: SocketAddress, on loop: EventLoop) async throws(NetFault) -> ByteStream {
    let result = await withCheckedContinuation { continuation in
        loop.execute {
            Connector.connect(address, on: loop, tls: nil, within: Connector.usualTime) { result in
                continuation.resume(returning: result.map { LoopBound(ByteStream(RawConnection.over($0))) })
            }
        }
    }
    return try result.get().value
}

extension RawConnection {
    /// Takes over a connection that was just made, and begins to read.
    static func over(_ connection: Connection) -> RawConnection {
        let raw = RawConnection(connection)
        connection.driver = raw
        connection.start()
        return raw
    }
}
