import Base

/// One end of a line between two connections of one loop: what one writes the other reads, without the kernel. Else all is as with a
/// socket: bytes wait while the other side does not read, and each side's end is told behind its bytes.
final class LineEnd {
    /// Kept until it is closed, as the loop keeps those with a socket.
    private var connection: Connection?
    private var other: LineEnd?
    /// Bytes lie in the connection's buffer of which its driver has not been told.
    private var hasBytes = false
    /// The other side sends no more, which has not been told yet.
    private var hasNews = false
    private var isTelling = false

    private init(_ connection: Connection) { self.connection = connection }

    /// Two connections with a line between them, which have no drivers yet.
    static func pair(
        on loop: EventLoop,
        client: SocketAddress,
        server: SocketAddress
    ) -> (client: Connection, server: Connection) {
        let near = Connection(-1, on: loop, remote: server, local: client)
        let far = Connection(-1, on: loop, remote: client, local: server)
        let ends = (LineEnd(near), LineEnd(far))
        (ends.0.other, ends.1.other) = (ends.1, ends.0)
        (near.line, far.line) = ends
        return (near, far)
    }

    // MARK: what the connection does

    /// Brings bytes to the other side, as many as it takes.
    func hand(_ bytes: UnsafeRawBufferPointer) -> Connection.Moved {
        guard let other, let reader = other.connection, reader.isOpen else {
            let address = connection?.remote.description ?? "the other side"
            return .failed(NetFault(.client, .closed, "\(address) closed the connection"))
        }
        let count = other.take(bytes, reader)
        return count > 0 ? .bytes(count) : .wait
    }

    /// The connection writes no more.
    func finish() { other?.hearEnd() }

    /// The connection is gone.
    func close() {
        other?.hearEnd()
        other?.other = nil
        (other, connection) = (nil, nil)
    }

    /// The connection may want bytes that it did not want before.
    func lookForBytes() {
        guard let connection, connection.isReading, !connection.isFull else { return }
        if hasBytes || hasNews { tellSoon(connection.loop) }
        if let writer = other?.connection, writer.unsentBytes > 0 { writer.queueFlush() }
    }

    // MARK: what the other side does

    private func take(_ bytes: UnsafeRawBufferPointer, _ reader: Connection) -> Int {
        // Nobody wants them any more.
        if reader.ending == .lingering { return bytes.count }
        guard reader.isReading, !reader.isFull else { return 0 }
        var taken = 0
        while taken < bytes.count {
            let room = reader.input.room(reader.loop.pool, countMax: reader.inputMax)
            guard room.count > 0 else {
                reader.isFull = true
                break
            }
            let part = UnsafeRawBufferPointer(rebasing: bytes[taken..<min(bytes.count, taken + room.count)])
            room.copyMemory(from: part)
            reader.input.filled(part.count)
            taken += part.count
        }
        guard taken > 0 else { return 0 }
        reader.lastProgress = reader.loop.now
        hasBytes = true
        tellSoon(reader.loop)
        return taken
    }

    private func hearEnd() {
        hasNews = true
        if let connection { tellSoon(connection.loop) }
    }

    private func tellSoon(_ loop: EventLoop) {
        guard !isTelling else { return }
        isTelling = true
        loop.soon { self.tell() }
    }

    private func tell() {
        isTelling = false
        guard let connection, connection.isOpen else { return }
        if connection.ending == .lingering {
            if hasNews { connection.close() }
            return
        }
        guard connection.isReading else { return }
        if hasBytes {
            hasBytes = false
            connection.driver?.received()
            connection.input.park(connection.loop.pool)
        }
        guard connection.isOpen else { return }
        guard hasNews else { return lookForBytes() }
        guard connection.isReading else { return }
        hasNews = false
        connection.end()
    }
}
