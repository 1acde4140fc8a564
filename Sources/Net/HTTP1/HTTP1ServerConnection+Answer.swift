extension HTTP1ServerConnection: ExchangeCarrier {
    /// Width of a length that is filled in when the body is written; larger bodies have another form of answer.
    private static let lengthWidth = 12
    /// Digits of a chunk's size that is filled in likewise.
    private static let sizeWidth = 8

    var version: HTTPVersion { .http1 }

    var unsentBytes: Int { connection.unsentBytes }
    var requestTrailers: HTTPHeaders { HTTPHeaders() }

    var isAnswered: Bool { answer == .ended || answer == .none || !connection.isWritable }

    func respond(status: Int, contentType: StaticString, body: UnsafeRawBufferPointer) {
        guard answer == .owed else { return }
        let sendsBody = sendsBody(status)
        connection.write { out in
            startHead(status, &out)
            out.append("content-type: ")
            out.append(contentType)
            out.append("\r\n")
            finishHead(status, length: body.count, &out)
            if sendsBody { out.append(body) }
        }
        finishAnswer()
    }

    func respond(status: Int, headers: HTTPHeaders, body: UnsafeRawBufferPointer) {
        guard answer == .owed else { return }
        let sendsBody = sendsBody(status)
        connection.write { out in
            startHead(status, &out)
            for (name, value) in headers where !HTTPFraming.isFraming(name) { out.appendField(name, value) }
            finishHead(status, length: body.count, &out)
            if sendsBody { out.append(body) }
        }
        finishAnswer()
    }

    func respond(status: Int, contentType: StaticString, writing: (inout OutBuffer) -> Void) {
        guard answer == .owed else { return }
        let sendsBody = sendsBody(status)
        connection.write { out in
            startHead(status, &out)
            out.append("content-type: ")
            out.append(contentType)
            out.append("\r\n")
            let bodyAt = startCounted(&out)
            writing(&out)
            endCounted(from: bodyAt, &out)
            if !sendsBody { out.truncate(bodyAt) }
        }
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
        let sendsBody = sendsBody(status)
        let hasTrailers = !extras.trailers.isEmpty && isVersion11 && sendsBody
        connection.write { out in
            startHead(status, &out)
            out.append("content-type: ")
            out.append(contentType)
            out.append("\r\n")
            fields(&out)
            let numberAt = extras.numberField.map { startNumber($0, &out) }
            let bodyAt = hasTrailers ? startChunk(&out) : startCounted(&out)
            let number = writing(&out)
            if let numberAt { out.overwrite(at: numberAt, width: Self.lengthWidth, decimal: number) }
            if hasTrailers { return endChunk(from: bodyAt, extras.trailers, &out) }
            endCounted(from: bodyAt, &out)
            if !sendsBody { out.truncate(bodyAt) }
        }
        finishAnswer()
    }

    func begin(status: Int, contentLength: Int?, isWhole: Bool, fields: (inout OutBuffer) -> Void) {
        guard answer == .owed else { return }
        let sendsBody = sendsBody(status)
        let contentLength = isWhole && sendsBody ? contentLength ?? 0 : contentLength
        let isChunked = contentLength == nil && isVersion11 && HTTPStatus.hasBody(status)
        if contentLength == nil, !isChunked, sendsBody { keepsAlive = false }
        connection.write { out in
            startHead(status, &out)
            fields(&out)
            if isChunked {
                appendPersistence(&out)
                out.append("transfer-encoding: chunked\r\n\r\n")
            } else {
                finishHead(status, length: contentLength, &out)
            }
        }
        answer = !sendsBody ? .bodiless : contentLength.map { .fixed(left: $0) } ?? (isChunked ? .chunked : .untilClose)
    }

    func write(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0, connection.isWritable else { return }
        switch answer {
        case .none, .owed, .ended, .bodiless: break
        case .fixed(let left):
            // More than was said would be read as the next answer.
            let count = min(left, bytes.count)
            answer = .fixed(left: left - count)
            connection.write { $0.append(UnsafeRawBufferPointer(rebasing: bytes[..<count])) }
        case .chunked:
            connection.write { out in
                out.append(hex: bytes.count)
                out.append("\r\n")
                out.append(bytes)
                out.append("\r\n")
            }
        case .untilClose: connection.write { $0.append(bytes) }
        }
    }

    func end(_ trailers: HTTPTrailers) {
        switch answer {
        case .none, .owed, .ended: return
        case .fixed(let left) where left > 0: return abort()
        case .fixed, .bodiless: break
        case .chunked:
            connection.write { out in
                out.append("0\r\n")
                trailers.append(to: &out)
                out.append("\r\n")
            }
        case .untilClose: keepsAlive = false
        }
        finishAnswer()
    }

    func abort() {
        guard answer != .ended, answer != .none else { return }
        answer = .ended
        connection.close()
    }
}

// MARK: - heads

extension HTTP1ServerConnection {
    private var isVersion11: Bool { exchange?.store?.head.minorVersion == 1 }

    private func sendsBody(_ status: Int) -> Bool { exchange?.method != .head && HTTPStatus.hasBody(status) }

    private func startHead(_ status: Int, _ out: inout OutBuffer) {
        self.status = status
        if server.isDraining || !isRestBounded { keepsAlive = false }
        HTTPStatus.append(status, to: &out)
        connection.loop.dateLine.append(to: &out)
    }

    private func finishHead(_ status: Int, length: Int?, _ out: inout OutBuffer) {
        if let length, HTTPStatus.hasBody(status) {
            out.append("content-length: ")
            out.append(decimal: length)
            out.append("\r\n")
        }
        appendPersistence(&out)
        out.append("\r\n")
    }

    private func appendPersistence(_ out: inout OutBuffer) {
        if !keepsAlive {
            out.append("connection: close\r\n")
        } else if !isVersion11 {
            out.append("connection: keep-alive\r\n")
        }
    }

    /// Appends a field whose number is filled in later; where the number lies.
    private func startNumber(_ name: StaticString, _ out: inout OutBuffer) -> Int {
        out.append(name)
        out.append(": ")
        let at = out.count
        out.append("            \r\n")
        return at
    }

    /// Ends a head whose length is filled in when the body is written; where the body begins.
    private func startCounted(_ out: inout OutBuffer) -> Int {
        appendPersistence(&out)
        out.append("content-length:             \r\n\r\n")
        return out.count
    }

    private func endCounted(from bodyAt: Int, _ out: inout OutBuffer) {
        out.overwrite(at: bodyAt - 4 - Self.lengthWidth, width: Self.lengthWidth, decimal: out.count - bodyAt)
    }

    /// Ends a head whose body is one chunk with trailers behind it; where the chunk's bytes begin.
    private func startChunk(_ out: inout OutBuffer) -> Int {
        appendPersistence(&out)
        out.append("transfer-encoding: chunked\r\n\r\n00000000\r\n")
        return out.count
    }

    private func endChunk(from bodyAt: Int, _ trailers: HTTPTrailers, _ out: inout OutBuffer) {
        let sizeAt = bodyAt - 2 - Self.sizeWidth
        if out.count > bodyAt {
            out.overwrite(at: sizeAt, width: Self.sizeWidth, hex: out.count - bodyAt)
            out.append("\r\n0\r\n")
        } else {
            // A chunk of no bytes is the last one.
            out.truncate(sizeAt)
            out.append("0\r\n")
        }
        trailers.append(to: &out)
        out.append("\r\n")
    }
}

/// Fields that a connection sets itself.
enum HTTPFraming {
    private static let names: Set<String> = ["content-length", "transfer-encoding", "connection", "keep-alive", "date"]

    /// Whether `name` says how the message lies on the connection.
    static func isFraming(_ name: String) -> Bool { names.contains(name.lowercased()) }
}
