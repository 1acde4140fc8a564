import CLinux

extension Connection {
    func read() {
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

    /// What one try to read or to write has moved.
    enum Moved {
        case bytes(Int)
        case wait
        case end
        case failed(NetFault)
    }

    func receive(into room: UnsafeMutableRawBufferPointer) -> Moved {
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

    func becomeFull() {
        isFull = true
        updateInterest()
    }

    func end() {
        hasEnded = true
        input.park(loop.pool)
        updateInterest()
        driver?.ended()
        if ending == .halfClosed { fail(nil) }
    }

    /// Reads what nobody wants any more, until the other side has understood that we are done.
    func drop() {
        let block = loop.pool.take()
        defer { loop.pool.give(block) }
        switch receive(into: UnsafeMutableRawBufferPointer(start: block, count: BufferPool.blockSize)) {
        case .bytes, .wait: break
        case .end, .failed: close()
        }
    }

    func readSecure() {
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
    func pumpSecure() {
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
