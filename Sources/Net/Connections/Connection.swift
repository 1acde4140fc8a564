import Base
import CLinux

/// What a connection's bytes mean: turns them into exchanges, or hands them on as they are.
protocol ConnectionDriver: AnyObject {
    /// New bytes are in `connection.input`.
    func received()
    /// The other side sends no more.
    func ended()
    /// The turn ends and nothing is unsent: a driver that said `pullsOutput` appends what it has.
    func fill()
    /// All that was written has gone out.
    func drained()
    /// The connection is gone by no doing of the driver's; nothing is called after this.
    func closed(_ fault: NetFault?)
}

extension ConnectionDriver {
    func fill() {}
}

/// One open socket, or one end of a line within its loop: owns the descriptor, the bytes under way and TLS, and leaves their
/// meaning to its driver.
///
/// One read for every event; what was written goes out at the end of the loop's turn.
final class Connection: EventSource {
    /// How far the connection is on its way to its end.
    enum Ending {
        case none
        /// When all has gone out, the other side is told that there is no more.
        case halfClosing
        case halfClosed
        /// When all has gone out, the connection closes.
        case closing
        /// All has gone out; the other side's bytes are dropped until it ends, so that no reset destroys the answer.
        case lingering
    }

    let loop: EventLoop
    let remote: SocketAddress
    let local: SocketAddress
    let tls: TLSSession?
    private(set) var isOpen = true
    /// None of a line's ends has one.
    var descriptor: Int32
    /// The other end of a line within the loop; nil for a socket.
    var line: LineEnd?
    var token: SourceToken?
    var interest: UInt32 = 0
    var driver: (any ConnectionDriver)?
    /// Told once, when the descriptor is closed.
    var onGone: (() -> Void)?

    var input = InBuffer()
    /// Bytes that a driver may leave unused at most; then reading waits.
    var inputMax = BufferPool.blockSize
    var output = OutBuffer()
    var cipher = OutBuffer()
    var sent = 0
    var isFlushQueued = false
    /// Whether the driver keeps what is to be sent, and hands it over by `fill`.
    var pullsOutput = false
    var isReading = true
    var isFull = false
    var hasEnded = false
    var ending = Ending.none
    var endTimer: LoopTimer?
    /// When bytes last went in or out.
    var lastProgress: Instant

    /// How long the rest of a closing connection's bytes may take, without progress, and how long it lingers.
    static let closingTime = Duration.seconds(30)
    static let lingeringTime = Duration.seconds(2)

    init(
        _ descriptor: Int32,
        on loop: EventLoop,
        remote: SocketAddress,
        local: SocketAddress,
        tls: TLSSession? = nil
    ) {
        self.descriptor = descriptor
        self.loop = loop
        self.remote = remote
        self.local = local
        self.tls = tls
        lastProgress = loop.now
    }

    /// Begins to read; the driver is in place.
    func start() {
        updateInterest()
        if let tls {
            tls.begin()
            queueFlush()
        }
    }

    var isSecure: Bool { tls != nil }
    /// Whether bytes can still be written.
    var isWritable: Bool { isOpen && (ending == .none) }
    /// Written bytes that the kernel has not taken yet.
    var unsentBytes: Int { tls == nil ? output.count - sent : output.count + cipher.count - sent }

    /// Those of them that only wait for the kernel.
    var wireBytes: Int { (tls == nil ? output.count : cipher.count) - sent }
    /// Whether the other side has not taken for `time` what waits for it. What this turn wrote has not been offered yet.
    func hasStalled(for time: Duration, at now: Instant) -> Bool {
        unsentBytes > 0 && !isFlushQueued && now - lastProgress > time
    }

    /// Whether TLS is not agreed yet.
    var isHandshaking: Bool { tls.map { !$0.isReady } ?? false }

    /// Hands the out buffer to `body`, which appends; the bytes go out at the turn's end.
    @inline(__always)
    func write<Result>(_ body: (inout OutBuffer) -> Result) -> Result {
        output.borrow(loop.pool)
        defer { queueFlush() }
        return body(&output)
    }

    func write(_ bytes: UnsafeRawBufferPointer) {
        guard isWritable, bytes.count > 0 else { return }
        write { $0.append(bytes) }
    }

    /// Stops reading; the kernel's buffer fills and the other side waits.
    func pauseReading() {
        guard isReading else { return }
        isReading = false
        updateInterest()
    }

    func resumeReading() {
        guard !isReading else { return }
        isReading = true
        updateInterest()
        // Bytes that are decrypted already cause no event.
        if tls != nil { loop.soon { [weak self] in self?.pumpSecure() } }
    }

    /// The driver has used bytes outside of `received`.
    func inputTaken() {
        input.park(loop.pool)
        guard isFull, input.count < inputMax else { return }
        isFull = false
        updateInterest()
    }

    /// Tells the other side, behind what was written, that no more comes.
    func finishWriting() {
        guard ending == .none else { return }
        ending = .halfClosing
        queueFlush()
    }

    /// Closes when all that was written has gone out; the driver hears nothing more.
    func closeWhenSent() {
        guard isOpen, ending != .closing, ending != .lingering else { return }
        driver = nil
        ending = .closing
        isReading = false
        updateInterest()
        watchEnding(Self.closingTime)
        queueFlush()
    }

    /// Closes at once; the driver hears nothing more.
    func close() {
        guard isOpen else { return }
        isOpen = false
        if let token { loop.deregister(token, descriptor) }
        token = nil
        if let line { line.close() } else { CLinux.close(descriptor) }
        line = nil
        descriptor = -1
        driver = nil
        endTimer?.cancel()
        endTimer = nil
        input.release(loop.pool)
        output.release(loop.pool)
        cipher.release(loop.pool)
        let tell = onGone
        onGone = nil
        tell?()
    }

    /// Closes at once and tells the driver.
    func breakOff(_ fault: NetFault) { fail(fault) }

    func fail(_ fault: NetFault?) {
        let driver = driver
        close()
        driver?.closed(fault)
    }
}

extension Connection {
    func ready(_ events: UInt32) {
        let isBroken = events & EPOLLERR.rawValue != 0
        let hasHungUp = events & EPOLLHUP.rawValue != 0
        if events & EPOLLIN.rawValue != 0 || ((isBroken || hasHungUp) && isReading && !isFull) {
            read()
        } else if hasHungUp, !isBroken {
            // Ended both ways with bytes still to be read: nothing to watch until reading goes on.
            if let token { loop.deregister(token, descriptor) }
            token = nil
        } else if isBroken {
            fail(NetFault(.client, .closed, "\(remote) closed the connection"))
        }
        if isOpen, events & EPOLLOUT.rawValue != 0 { flush() }
    }

    func loopEnded() { fail(NetFault(.local, .closed, "the event loop ended")) }

    func updateInterest() {
        guard isOpen else { return }
        if let line { return line.lookForBytes() }
        var wanted: UInt32 = 0
        if isReading && !isFull && !hasEnded { wanted |= EPOLLIN.rawValue }
        if wireBytes > 0 && !isFlushQueued { wanted |= EPOLLOUT.rawValue }
        if let token {
            guard wanted != interest else { return }
            loop.change(token, descriptor, wanted)
        } else {
            token = loop.register(descriptor, wanted, self)
        }
        interest = wanted
    }
}
