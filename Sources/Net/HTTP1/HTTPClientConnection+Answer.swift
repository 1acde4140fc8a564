extension HTTPClientConnection {
    /// Whether the answer has no body whatever its fields say.
    private var isBodiless: Bool { isHeadRequest || !HTTPStatus.hasBody(answer.status) }

    package func pause() {
        guard !isPaused else { return }
        isPaused = true
        connection.pauseReading()
    }

    package func resume() {
        guard isPaused else { return }
        isPaused = false
        connection.resumeReading()
        guard !connection.input.isEmpty || connection.hasEnded else { return }
        connection.loop.soon { [weak self] in self?.process() }
    }

    package func takeRaw() -> RawConnection? {
        isUpgraded = true
        let raw = RawConnection(connection)
        connection.driver = raw
        return raw
    }

    func received() { process() }

    func process() {
        guard !isProcessing else { return }
        isProcessing = true
        while connection.isOpen, !isUpgraded, !isPaused, !connection.input.isEmpty, step() {}
        isProcessing = false
        guard connection.isOpen, !isUpgraded else { return }
        connection.inputTaken()
        if connection.hasEnded, !isPaused { endReached() }
    }

    func step() -> Bool {
        let bytes = connection.input.bytes
        hasAnswerBegun = true
        switch reading {
        case .head: return readHead(bytes)
        case .fixed(let left):
            let count = min(left, bytes.count)
            reading = count == left ? .done : .fixed(left: left - count)
            deliver(UnsafeRawBufferPointer(rebasing: bytes[..<count]), last: count == left, used: count)
        case .chunked: return readChunk(bytes)
        case .untilClose: deliver(bytes, last: false, used: bytes.count)
        case .idle, .done:
            fail(NetFault(.upstream, .malformed, "\(address) sent bytes that nobody asked for"))
            return false
        }
        return true
    }

    func readHead(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.assumingMemoryBound(to: UInt8.self).baseAddress else { return false }
        switch answer.parse(base, bytes.count) {
        case .incomplete: return false
        case .malformed(let fault):
            fail(NetFault(.upstream, .malformed, "\(address) sent \(fault.message)"))
            return false
        case .complete(let count):
            if answer.status < 200, answer.status != 101 {
                answer.forget()
                connection.input.skip(count)
                return true
            }
            startBody()
            handler?.answered(self)
            answer.forget()
            connection.input.skip(count)
            if !isUpgraded, connection.isOpen, reading == .done { finish() }
            return true
        }
    }

    func startBody() {
        isKept = answer.isKeepAlive
        decoder = ChunkDecoder()
        if isBodiless || answer.contentLength == 0 {
            reading = .done
        } else if answer.isChunked {
            reading = .chunked
        } else if let length = answer.contentLength {
            reading = .fixed(left: length)
        } else {
            reading = .untilClose
            isKept = false
        }
    }

    func readChunk(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var used = 0
        switch decoder.next(bytes, &used) {
        case .needsMore: connection.input.skip(used)
        case .data(let range): deliver(UnsafeRawBufferPointer(rebasing: bytes[range]), last: false, used: used)
        case .done:
            reading = .done
            connection.input.skip(used)
            finish()
        case .malformed(let fault):
            fail(NetFault(.upstream, .malformed, "\(address) sent \(fault.message)"))
            return false
        }
        return true
    }

    func deliver(_ bytes: UnsafeRawBufferPointer, last: Bool, used: Int) {
        guard last else {
            handler?.chunk(self, bytes, last: false)
            return connection.input.skip(used)
        }
        // Safe: the bytes stay where they are until the next read, and only here is it known that none follow them.
        connection.input.skip(used)
        becomeIdle()
        handler?.chunk(self, bytes, last: true)
    }

    /// The answer is whole, and its last bytes were delivered before that was known.
    func finish() {
        becomeIdle()
        handler?.chunk(self, UnsafeRawBufferPointer(start: nil, count: 0), last: true)
    }

    func becomeIdle() {
        idleSince = connection.loop.now
        // A server that answers before it has the whole request may still be reading it, and bytes behind the answer
        // would be taken for the next one.
        reading = isKept && isSent && connection.input.isEmpty ? .idle : .done
    }

    /// What came before the end may still lie here, from a pause.
    func ended() { process() }

    /// All that came has been read, and no more will.
    private func endReached() {
        switch reading {
        case .untilClose:
            reading = .done
            handler?.chunk(self, UnsafeRawBufferPointer(start: nil, count: 0), last: true)
            connection.close()
        case .idle, .done:
            connection.close()
            leaveShelf()
        case .head, .fixed, .chunked:
            fail(NetFault(.upstream, .closed, "\(address) closed the connection before the answer's end"))
        }
    }

    func drained() { handler?.drained(self) }

    func closed(_ fault: NetFault?) {
        let fault = fault ?? NetFault(.upstream, .closed, "\(address) closed the connection")
        if reading == .idle || reading == .done { leaveShelf() } else { tellFailure(fault) }
    }

    func fail(_ fault: NetFault) {
        connection.close()
        tellFailure(fault)
    }

    /// It is closed: no pool gives it out any more.
    func leaveShelf() {
        shelf?.connections.removeAll { $0 === self }
        shelf = nil
    }

    func tellFailure(_ fault: NetFault) {
        reading = .done
        handler?.failed(self, NetFault(.upstream, fault.kind, fault.message))
    }
}
