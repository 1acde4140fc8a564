import CNGHTTP2

extension HTTP2ServerStream: ExchangeCarrier {
    var version: HTTPVersion { .http2 }
    var connection: Connection { owner.connection }
    var isAnswered: Bool { answer == .ended || answer == .none || !connection.isWritable }
    var unsentBytes: Int { outgoing.count }
    var requestTrailers: HTTPHeaders { incomingTrailers }

    func respond(status: Int, contentType: StaticString, body: UnsafeRawBufferPointer) {
        respond(status: status, contentType: contentType) { $0.append(body) }
    }

    func respond(status: Int, headers: HTTPHeaders, body: UnsafeRawBufferPointer) {
        guard answer == .owed else { return }
        outgoing.append(body)
        outgoing.finish(.none)
        submit(status, contentType: nil, length: body.count, number: nil) { out in
            for (name, value) in headers where !HTTPFraming.isFraming(name) { out.appendField(name, value) }
        }
        finishAnswer()
    }

    func respond(status: Int, contentType: StaticString, writing: (inout OutBuffer) -> Void) {
        guard answer == .owed else { return }
        let (count, _) = outgoing.append(writing)
        outgoing.finish(.none)
        submit(status, contentType: contentType, length: count, number: nil) { _ in }
        finishAnswer()
    }

    func respond(
        status: Int,
        contentType: StaticString,
        _ extras: AnswerExtras,
        fields: (inout OutBuffer) -> Void,
        writing: (inout OutBuffer) -> Int
    ) {
        guard answer == .owed else { return }
        let (count, number) = outgoing.append(writing)
        outgoing.finish(extras.trailers)
        submit(
            status,
            contentType: contentType,
            length: extras.trailers.isEmpty ? count : nil,
            number: extras.numberField.map { ($0, number) },
            fields
        )
        finishAnswer()
    }

    func begin(status: Int, contentLength: Int?, isWhole: Bool, fields: (inout OutBuffer) -> Void) {
        guard answer == .owed else { return }
        let sendsBody = sendsBody(status)
        if isWhole { outgoing.finish(.none) }
        answer = sendsBody && !isWhole ? .begun(left: contentLength) : .bodiless
        submit(status, contentType: nil, length: contentLength, number: nil, fields)
    }

    func write(_ bytes: UnsafeRawBufferPointer) {
        guard case .begun(let left) = answer, bytes.count > 0, isOpen else { return }
        // More than was said would break the stream.
        let count = min(left ?? bytes.count, bytes.count)
        answer = .begun(left: left.map { $0 - count })
        if outgoing.count == 0 { lastProgress = connection.loop.now }
        outgoing.append(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        resume()
    }

    func end(_ trailers: HTTPTrailers) {
        switch answer {
        case .none, .owed, .ended: return
        case .begun(let left?) where left > 0: return abort()
        case .begun:
            outgoing.finish(trailers)
            resume()
        case .bodiless: break
        }
        finishAnswer()
    }

    func abort() {
        guard answer != .ended, answer != .none else { return }
        answer = .ended
        exchange?.onDrained = nil
        exchange?.context = nil
        outgoing.clear()
        reset(NGHTTP2_INTERNAL_ERROR)
    }

    func pauseBody() { isPaused = true }

    func resumeBody() {
        guard isPaused else { return }
        isPaused = false
        let id = self.id
        connection.loop.soon { [weak self] in
            guard let self, self.id == id, isOpen else { return }
            deliverHeld()
            connection.queueFlush()
        }
    }

    /// HTTP/2 has no such thing: its requests cannot ask for it, and the stream is broken off.
    func upgrade(fields: (inout OutBuffer) -> Void) -> RawConnection {
        abort()
        return RawConnection(
            Connection(-1, on: connection.loop, remote: connection.remote, local: connection.local)
        )
    }

    private func sendsBody(_ status: Int) -> Bool { exchange?.method != .head && HTTPStatus.hasBody(status) }

    private func submit(
        _ status: Int,
        contentType: StaticString?,
        length: Int?,
        number: (name: StaticString, value: Int)?,
        _ fields: (inout OutBuffer) -> Void
    ) {
        let sendsBody = sendsBody(status)
        self.status = status
        lastProgress = connection.loop.now
        if !sendsBody { outgoing.clear() }
        // An empty body needs no frame: the head ends the stream.
        let isEmpty = outgoing.isWhole && outgoing.count == 0 && outgoing.trailers.isEmpty
        let said = HTTPStatus.hasBody(status) && !(isEmpty && sendsBody) ? length : nil
        owner.fields.set(
            status: status,
            date: connection.loop.dateLine.value,
            contentType: contentType,
            length: said,
            number: number,
            lines: fields
        )
        owner.submitAnswer(id, hasBody: sendsBody && !isEmpty)
    }

    private func resume() { owner.resumeBody(id) }

    /// The service has said all: lets go of what belonged to it.
    private func finishAnswer() {
        answer = .ended
        if hasServiceBegun, let exchange { server.service.answered(exchange, status: status) }
        exchange?.onDrained = nil
        exchange?.context = nil
        isPaused = false
        releaseStore()
    }
}
