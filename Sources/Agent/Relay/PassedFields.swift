import Net

/// Which fields pass through the agent, and which belong to one connection only (RFC 9110 section 7.6.1).
enum PassedFields {
    private static let ofConnection = [
        "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
        "content-length",
    ]

    /// Request line and fields for the component, without framing and the empty line.
    static func writeRequest(_ exchange: HTTPExchange, _ version: HTTPVersion, to out: inout OutBuffer) {
        out.append(exchange.methodBytes)
        out.append(" ")
        out.append(exchange.targetBytes)
        out.append(" HTTP/1.1\r\nhost: ")
        out.append(exchange.authorityBytes)
        out.append("\r\n")
        exchange.forEachHeader { name, value in
            if passes(name), !name.equalsIgnoringCase("host") { out.appendField(name, value) }
        }
        if version == .http2, exchange.header("te")?.equalsIgnoringCase("trailers") == true {
            out.append("te: trailers\r\n")
        }
    }

    /// Fields for the client; the server writes a date of its own.
    static func writeAnswer(_ answer: AnswerHead, to out: inout OutBuffer) {
        answer.forEachHeader { name, value in
            if passes(name), !name.equalsIgnoringCase("date") { out.appendField(name, value) }
        }
    }

    private static func passes(_ name: UnsafeRawBufferPointer) -> Bool {
        !ofConnection.contains { name.count == $0.utf8.count && name.equalsIgnoringCase($0) }
    }
}

extension HTTPExchange {
    /// Whether the request is a call of gRPC.
    var isGRPC: Bool { version == .http2 && headerText("content-type")?.hasPrefix("application/grpc") ?? false }
}
