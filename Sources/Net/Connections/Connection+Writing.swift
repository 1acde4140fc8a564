import CLinux

extension Connection {
    func queueFlush() {
        guard !isFlushQueued, isOpen else { return }
        isFlushQueued = true
        loop.flushAtEndOfTurn(self)
    }

    /// Gives the kernel what it takes; for the loop.
    func flush() {
        isFlushQueued = false
        guard isOpen else { return }
        if pullsOutput, unsentBytes == 0 {
            output.borrow(loop.pool)
            driver?.fill()
        }
        let result = tls == nil ? send(&output) : flushSecure()
        switch result {
        case .all: allSent()
        case .some: updateInterest()
        case .failed(let fault): fail(fault)
        }
    }

    enum Sent {
        case all
        case some
        case failed(NetFault)
    }

    func send(_ buffer: inout OutBuffer) -> Sent {
        let left = UnsafeRawBufferPointer(rebasing: buffer.bytes[sent...])
        if left.count > 0 {
            switch line.map({ $0.hand(left) }) ?? handToKernel(left) {
            case .bytes(let count):
                lastProgress = loop.now
                sent += count
            case .wait, .end: return .some
            case .failed(let fault): return .failed(fault)
            }
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

    private func handToKernel(_ bytes: UnsafeRawBufferPointer) -> Moved {
        let count = CLinux.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        if count >= 0 { return .bytes(count) }
        let number = clinux_errno()
        if number == EAGAIN || number == EINTR { return .wait }
        return .failed(.system("writing to \(remote)", number, kind: .closed))
    }

    func flushSecure() -> Sent {
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

    func allSent() {
        updateInterest()
        // What waits for the TLS handshake goes out when that is done.
        guard unsentBytes == 0 else { return }
        switch ending {
        case .none, .halfClosed, .lingering: driver?.drained()
        case .halfClosing: halfClose()
        case .closing: linger()
        }
    }

    func halfClose() {
        sayGoodbye()
        ending = .halfClosed
        if hasEnded { fail(nil) } else { driver?.drained() }
    }

    func linger() {
        sayGoodbye()
        if hasEnded { return close() }
        ending = .lingering
        isReading = true
        isFull = false
        input.release(loop.pool)
        updateInterest()
        watchEnding(Self.lingeringTime)
    }

    func sayGoodbye() {
        if let tls {
            tls.shutDown()
            tls.takeCipher(&cipher)
            _ = send(&cipher)
        }
        if let line { line.finish() } else { shutdown(descriptor, Int32(SHUT_WR)) }
    }

    /// Closes when `time` has gone by without a byte taken.
    func watchEnding(_ time: Duration) {
        endTimer?.cancel()
        let since = lastProgress
        endTimer = loop.after(time) { [weak self] in
            guard let self else { return }
            if ending == .closing, lastProgress > since { watchEnding(time) } else { close() }
        }
    }
}
