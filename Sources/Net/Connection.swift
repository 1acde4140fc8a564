import Base
import CLinux

/// What a connection's bytes mean: turns them into exchanges, or hands them on as they are.
protocol ConnectionDriver: AnyObject {
    /// New bytes are in `connection.input`.
    func received()
    /// The other side sends no more.
    func ended()
    /// All that was written has gone out.
    func drained()
    /// The connection is gone by no doing of the driver's; nothing is called after this.
    func closed(_ fault: NetFault?)
}

/// One open socket: owns the descriptor, the bytes under way and TLS, and leaves their meaning to its driver.
///
/// One read for every event; what was written goes out at the end of the loop's turn.
final class Connection: EventSource {
    /// How far the connection is on its way to its end.
    private enum Ending {
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
    private let tls: TLSSession?
    private var descriptor: Int32
    private var token: SourceToken?
    private var interest: UInt32 = 0
    var driver: (any ConnectionDriver)?
    /// Told once, when the descriptor is closed.
    var onGone: (() -> Void)?

    var input = InBuffer()
    /// Bytes that a driver may leave unused at most; then reading waits.
    var inputMax = BufferPool.blockSize
    private var output = OutBuffer()
    private var cipher = OutBuffer()
    private var sent = 0
    private var isFlushQueued = false
    private var isReading = true
    private var isFull = false
    private var hasEnded = false
    private var ending = Ending.none
    private var endTimer: LoopTimer?
    /// When bytes last went in or out.
    private(set) var lastProgress: Instant

    /// How long the rest of a closing connection's bytes may take, without progress, and how long it lingers.
    private static let closingTime = Duration.seconds(30)
    private static let lingeringTime = Duration.seconds(2)

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

    var isOpen: Bool { descriptor >= 0 }
    var isSecure: Bool { tls != nil }
    /// Whether bytes can still be written.
    var isWritable: Bool { isOpen && (ending == .none) }
    /// Written bytes that the kernel has not taken yet.
    var unsentBytes: Int { tls == nil ? output.count - sent : output.count + cipher.count - sent }

    /// Those of them that only wait for the kernel.
    private var wireBytes: Int { (tls == nil ? output.count : cipher.count) - sent }
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
        if let token { loop.deregister(token, descriptor) }
        token = nil
        CLinux.close(descriptor)
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

    private func fail(_ fault: NetFault?) {
        let driver = driver
        close()
        driver?.closed(fault)
    }
}

// MARK: - events

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

    private func updateInterest() {
        guard isOpen else { return }
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

// MARK: - reading

extension Connection {
    private func read() {
        if ending == .lingering { return drop() }
        if tls != nil { return readSecure() }
        let room = input.room(loop.pool, countMax: inputMax)
        guard room.count > 0 else { return becomeFull() }
        switch receive(into: room) {
        case .bytes(let count):
            input.filled(count)
            driver?.received()
            input.park(loop.pool)
        case .wait: input.park(loop.pool)
        case .end: end()
        case .failed(let fault): fail(fault)
        }
    }

    private enum Received {
        case bytes(Int)
        case wait
        case end
        case failed(NetFault)
    }

    private func receive(into room: UnsafeMutableRawBufferPointer) -> Received {
        let count = recv(descriptor, room.baseAddress, room.count, 0)
        if count > 0 {
            lastProgress = loop.now
            return .bytes(count)
        }
        if count == 0 { return .end }
        let number = clinux_errno()
        if number == EAGAIN || number == EINTR { return .wait }
        return .failed(.system("reading from \(remote)", number, kind: .closed))
    }

    private func becomeFull() {
        isFull = true
        updateInterest()
    }

    private func end() {
        hasEnded = true
        input.park(loop.pool)
        updateInterest()
        driver?.ended()
        if ending == .halfClosed { fail(nil) }
    }

    /// Reads what nobody wants any more, until the other side has understood that we are done.
    private func drop() {
        let block = loop.pool.take()
        defer { loop.pool.give(block) }
        switch receive(into: UnsafeMutableRawBufferPointer(start: block, count: BufferPool.blockSize)) {
        case .bytes, .wait: break
        case .end, .failed: close()
        }
    }

    private func readSecure() {
        let block = loop.pool.take()
        defer { loop.pool.give(block) }
        let room = UnsafeMutableRawBufferPointer(start: block, count: BufferPool.blockSize)
        switch receive(into: room) {
        case .bytes(let count):
            tls?.feed(UnsafeRawBufferPointer(rebasing: room[..<count]))
            pumpSecure()
        case .wait: break
        case .end: end()
        case .failed(let fault): fail(fault)
        }
    }

    /// Decrypts as long as there are whole records and the driver wants bytes.
    private func pumpSecure() {
        guard let tls else { return }
        reading: while isOpen, isReading, !hasEnded, driver != nil {
            let room = input.room(loop.pool, countMax: inputMax)
            guard room.count > 0 else {
                becomeFull()
                break
            }
            switch tls.read(into: room) {
            case .bytes(let count):
                input.filled(count)
                driver?.received()
            case .wait: break reading
            case .end:
                end()
                break reading
            case .failed(let what):
                // The alert that tells the other side why, if it still listens.
                tls.takeCipher(&cipher)
                _ = send(&cipher)
                return fail(NetFault(.client, .tls, "\(remote): \(what)"))
            }
        }
        guard isOpen else { return }
        input.park(loop.pool)
        queueFlush()
    }
}

// MARK: - writing

extension Connection {
    private func queueFlush() {
        guard !isFlushQueued, isOpen else { return }
        isFlushQueued = true
        loop.flushAtEndOfTurn(self)
    }

    /// Gives the kernel what it takes; for the loop.
    func flush() {
        isFlushQueued = false
        guard isOpen else { return }
        let result = tls == nil ? send(&output) : flushSecure()
        switch result {
        case .all: allSent()
        case .some: updateInterest()
        case .failed(let fault): fail(fault)
        }
    }

    private enum Sent {
        case all
        case some
        case failed(NetFault)
    }

    private func send(_ buffer: inout OutBuffer) -> Sent {
        let left = UnsafeRawBufferPointer(rebasing: buffer.bytes[sent...])
        if left.count > 0 {
            let count = CLinux.send(descriptor, left.baseAddress, left.count, Int32(MSG_NOSIGNAL))
            if count < 0 {
                let number = clinux_errno()
                if number == EAGAIN || number == EINTR { return .some }
                return .failed(.system("writing to \(remote)", number, kind: .closed))
            }
            lastProgress = loop.now
            sent += count
        }
        guard sent == buffer.count else {
            if sent > buffer.count / 2 {
                buffer.removeFirst(sent)
                sent = 0
            }
            return .some
        }
        sent = 0
        buffer.release(loop.pool)
        return .all
    }

    private func flushSecure() -> Sent {
        guard let tls else { return .all }
        while true {
            if sent == cipher.count, !output.isEmpty, tls.isReady {
                let taken = tls.write(output.bytes)
                guard taken > 0 else { return .failed(NetFault(.local, .tls, "\(remote): cannot be encrypted")) }
                output.removeFirst(taken)
            }
            cipher.borrow(loop.pool)
            tls.takeCipher(&cipher)
            let result = send(&cipher)
            guard case .all = result, !output.isEmpty, tls.isReady else {
                if output.isEmpty { output.release(loop.pool) }
                return result
            }
        }
    }

    private func allSent() {
        updateInterest()
        // What waits for the TLS handshake goes out when that is done.
        guard unsentBytes == 0 else { return }
        switch ending {
        case .none, .halfClosed, .lingering: driver?.drained()
        case .halfClosing: halfClose()
        case .closing: linger()
        }
    }

    private func halfClose() {
        sayGoodbye()
        ending = .halfClosed
        if hasEnded { fail(nil) } else { driver?.drained() }
    }

    private func linger() {
        sayGoodbye()
        if hasEnded { return close() }
        ending = .lingering
        isReading = true
        isFull = false
        input.release(loop.pool)
        updateInterest()
        watchEnding(Self.lingeringTime)
    }

    private func sayGoodbye() {
        if let tls {
            tls.shutDown()
            tls.takeCipher(&cipher)
            _ = send(&cipher)
        }
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Closes when `time` has gone by without a byte taken.
    private func watchEnding(_ time: Duration) {
        endTimer?.cancel()
        let since = lastProgress
        endTimer = loop.after(time) { [weak self] in
            guard let self else { return }
            if ending == .closing, lastProgress > since { watchEnding(time) } else { close() }
        }
    }
}
