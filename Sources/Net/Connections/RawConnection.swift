/// A connection that carries bytes of a protocol unknown here; on the loop's thread.
///
/// Bytes that come before `onBytes` is set wait for it.
package final class RawConnection: ConnectionDriver {
    private let connection: Connection
    /// Bytes have come; valid during the call.
    package var onBytes: ((UnsafeRawBufferPointer) -> Void)? { didSet { deliverSoon() } }
    /// The other side sends no more; it may still read.
    package var onEnd: (() -> Void)? { didSet { deliverSoon() } }
    /// The connection is gone; nil where both sides had finished. Not called after `close`.
    package var onClosed: ((NetFault?) -> Void)?
    /// All that was written has gone out.
    package var onDrained: (() -> Void)?
    private var isPaused = false
    private var hasEnded = false
    private var isEndTold = false

    init(_ connection: Connection) {
        self.connection = connection
        connection.inputMax = BufferPool.blockSize
    }

    package var loop: EventLoop { connection.loop }
    package var remoteAddress: SocketAddress { connection.remote }
    package var localAddress: SocketAddress { connection.local }
    package var isOpen: Bool { connection.isOpen }
    /// Bytes that were written and not yet taken by the kernel.
    package var unsentBytes: Int { connection.unsentBytes }

    package func write(_ bytes: UnsafeRawBufferPointer) { connection.write(bytes) }

    /// Stops calls of `onBytes`; the other side waits.
    package func pause() {
        isPaused = true
        connection.pauseReading()
    }

    package func resume() {
        guard isPaused else { return }
        isPaused = false
        connection.resumeReading()
        deliverSoon()
    }

    /// Sends what is unsent and then the end of the stream; the other side may go on.
    package func finish() { connection.finishWriting() }

    /// Sends what is unsent and closes; nothing is called any more.
    package func close() {
        forget()
        connection.closeWhenSent()
    }

    /// Closes at once.
    package func abort() {
        forget()
        connection.close()
    }

    func received() {
        guard !isPaused, let onBytes, !connection.input.isEmpty else { return }
        let bytes = connection.input.bytes
        onBytes(bytes)
        connection.input.skip(bytes.count)
    }

    func ended() {
        hasEnded = true
        tellEnd()
    }

    func drained() { onDrained?() }

    func closed(_ fault: NetFault?) {
        let tell = onClosed
        forget()
        tell?(fault)
    }

    private func deliverSoon() {
        guard !connection.input.isEmpty || hasEnded else { return }
        connection.loop.soon { [weak self] in
            guard let self, connection.isOpen else { return }
            received()
            if connection.isOpen { connection.inputTaken() }
            tellEnd()
        }
    }

    private func tellEnd() {
        guard hasEnded, !isEndTold, !isPaused, connection.input.isEmpty, let onEnd else { return }
        isEndTold = true
        onEnd()
    }

    private func forget() {
        onBytes = nil
        onEnd = nil
        onClosed = nil
        onDrained = nil
    }
}
