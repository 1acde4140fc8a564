import Base
package import Net

/// Attributes by OpenTelemetry's semantic conventions for HTTP and RPC.
extension SpanWriter {
    /// What there is to say of a request that a server has answered, while it can be read; calls of gRPC are told as such.
    package mutating func describe(_ exchange: HTTPExchange, status: Int) {
        if let code = exchange.grpcStatus {
            describe(call: exchange.pathBytes, code)
        } else {
            set("http.request.method", exchange.methodBytes)
            set("url.path", exchange.pathBytes)
            set("http.response.status_code", status)
        }
        set("url.scheme", word: exchange.isSecure ? "https" : "http")
        set("server.address", SpanWriter.host(of: exchange.authorityBytes))
        set("client.address", exchange.remoteAddress.host)
        set("user_agent.original", exchange.header("user-agent"))
        set("network.protocol.version", word: exchange.version == .http2 ? "2" : "1.1")
    }

    /// A call of gRPC, by its path: `/package.Service/Method`.
    package mutating func describe(call path: UnsafeRawBufferPointer, _ code: Int) {
        set("rpc.system", word: "grpc")
        if let slash = path.lastIndex(of: UInt8(ascii: "/")), slash > 0 {
            set("rpc.service", UnsafeRawBufferPointer(rebasing: path[1..<slash]))
            set("rpc.method", UnsafeRawBufferPointer(rebasing: path[(slash + 1)...]))
        }
        set("rpc.grpc.status_code", code)
    }

    /// An authority without its port.
    private static func host(of authority: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: authority.prefix { $0 != UInt8(ascii: ":") })
    }
}

/// Which answers are failures of the side that gave them.
package enum SpanFailure {
    /// The server's own: statuses from 500 on, and those codes of gRPC that say so (UNKNOWN, DEADLINE_EXCEEDED,
    /// UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS).
    @inline(__always)
    package static func ofServer(status: Int, grpcStatus: Int?) -> Bool {
        guard let grpcStatus else { return status >= 500 }
        return grpcStatus > 0 && [2, 4, 12, 13, 14, 15].contains(grpcStatus)
    }

    /// For a client everything that is no success is one.
    package static func ofClient(status: Int, grpcStatus: Int?) -> Bool { (grpcStatus ?? 0) > 0 || status >= 400 }

    /// The words for a span's status.
    package static func words(status: Int, grpcStatus: Int?) -> String {
        grpcStatus.map { "gRPC status \($0)" } ?? "status \(status)"
    }
}

extension HTTPExchange {
    /// The name of the span that answers it, where nothing better is known: what a call of gRPC calls, or the method.
    package var spanName: String {
        guard grpcStatus != nil else { return methodText }
        return String(decoding: pathBytes.dropFirst().prefix(TelemetryLimits.textBytesMax), as: UTF8.self)
    }
}
