import Base
import Net

/// What a call's header fields say of how it is to be carried.
struct CallHead {
    /// How messages that are flagged as compressed are packed: not at all, or by zlib in one of its two forms.
    enum Encoding { case identity, deflated }

    /// When the client stops waiting.
    var deadline: Instant?
    var encoding = Encoding.identity

    /// No call: neither a deadline nor packed messages.
    init() {}

    /// Reads the fields; throws where the call cannot be carried.
    init(_ exchange: HTTPExchange, time: any TimeSource) throws(GRPCStatus) {
        if let timeout = exchange.header("grpc-timeout") {
            guard let duration = GRPCTimeout.parse(timeout) else {
                throw GRPCStatus(.internal, "grpc-timeout is malformed: \(String(decoding: timeout, as: UTF8.self))")
            }
            deadline = time.monotonic() + duration
        }
        if let encoding = exchange.header("grpc-encoding") { self.encoding = try CallHead.encoding(encoding) }
    }

    /// Throws where the client has stopped waiting.
    func check(_ time: any TimeSource) throws(GRPCStatus) {
        guard let deadline, time.monotonic() >= deadline else { return }
        throw GRPCStatus(.deadlineExceeded, "Deadline Exceeded")
    }

    private static func encoding(_ name: UnsafeRawBufferPointer) throws(GRPCStatus) -> Encoding {
        if name.equalsIgnoringCase("identity") { return .identity }
        if name.equalsIgnoringCase("gzip") || name.equalsIgnoringCase("deflate") { return .deflated }
        let name = String(decoding: name, as: UTF8.self)
        throw GRPCStatus(.unimplemented, "grpc-encoding \(name) is not supported: identity, deflate and gzip are")
    }
}

extension MessageInflater {
    /// Calls `body` with a message's bytes, unpacked where its prefix says that they are packed.
    mutating func open(
        _ bytes: UnsafeRawBufferPointer,
        _ prefix: MessagePrefix,
        _ encoding: CallHead.Encoding,
        bytesMax: Int,
        _ body: (UnsafeRawBufferPointer) throws(GRPCStatus) -> Void
    ) throws(GRPCStatus) {
        guard prefix.isCompressed else { return try body(bytes) }
        guard encoding == .deflated else {
            throw GRPCStatus(.internal, "a message is flagged as compressed, but grpc-encoding does not say how")
        }
        try unpack(bytes, bytesMax: bytesMax, body)
    }
}
