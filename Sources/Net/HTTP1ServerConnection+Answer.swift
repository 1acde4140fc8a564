extension HTTP1ServerConnection: ExchangeCarrier {
    /// Width of a length that is filled in when the body is written; larger bodies have another form of answer.
    private static let lengthWidth = 12

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
            out.append("\r\ncontent-length: ")
            let lengthAt = out.count
            out.append("            \r\n\r\n")
            let bodyAt = out.count
            writing(&out)
            out.overwrite(at: lengthAt, width: Self.lengthWidth, decimal: out.count - bodyAt)
            if !sendsBody { out.truncate(bodyAt) }
        }
        finishAnswer()
    }

    func begin(status: Int, contentLength: Int?, fields: (inout OutBuffer) -> Void) {
        guard answer == .owed else { return }
        let sendsBody = sendsBody(status)
        let isChunked = contentLength == nil && isVersion11 && HTTPStatus.hasBody(status)
        if contentLength == nil, !isChunked, sendsBody { keepsAlive = false }
        connection.write { out in
            startHead(status, &out)
            fields(&out)
            if isChunked {
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

    func end() {
        switch answer {
        case .none, .owed, .ended: return
        case .fixed(let left) where left > 0: return abort()
        case .fixed, .bodiless: break
        case .chunked: connection.write { $0.append("0\r\n\r\n") }
        case .untilClose: keepsAlive = false
        }
        finishAnswer()
    }

    func abort() {
        guard answer != .ended, answer != .none else { return }
        answer = .ended
        connection.close()
    }

    private var isVersion11: Bool { exchange?.store?.head.minorVersion == 1 }

    private func sendsBody(_ status: Int) -> Bool { exchange?.method != .head && HTTPStatus.hasBody(status) }

    private func startHead(_ status: Int, _ out: inout OutBuffer) {
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
        endHead(&out)
    }

    private func endHead(_ out: inout OutBuffer) {
        if !keepsAlive {
            out.append("connection: close\r\n")
        } else if !isVersion11 {
            out.append("connection: keep-alive\r\n")
        }
        out.append("\r\n")
    }
}

/// Fields that a connection sets itself.
enum HTTPFraming {
    private static let names: Set<String> = ["content-length", "transfer-encoding", "connection", "keep-alive", "date"]

    /// Whether `name` says how the message lies on the connection.
    static func isFraming(_ name: String) -> Bool { names.contains(name.lowercased()) }
}
