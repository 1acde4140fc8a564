import Net

/// One call of a method that takes one message: gathers the request's body where it does not come at once.
final class UnaryCall {
    typealias Handler = (borrowing GRPCRequest, inout ProtobufWriter) throws(GRPCStatus) -> Void

    private(set) var head = CallHead()
    private(set) var handler: Handler?
    private var held: [UInt8] = []

    func start(_ head: CallHead, _ handler: @escaping Handler) {
        self.head = head
        self.handler = handler
    }

    /// Takes a piece of the body; true where it was the last, and either alone or put with those before it.
    func takes(_ bytes: UnsafeRawBufferPointer, _ last: Bool, _ limits: GRPCLimits) throws(GRPCStatus) -> Bool {
        if last, held.isEmpty { return true }
        held.append(contentsOf: bytes)
        var failure: GRPCStatus?
        held.withUnsafeBytes { whole in
            do throws(GRPCStatus) { try UnaryCall.checkSize(whole, limits) } catch { failure = error }
        }
        if let failure { throw failure }
        return last
    }

    /// Calls `body` with the message of a body that is whole: `bytes` or what was put together before.
    func openMessage(
        _ bytes: UnsafeRawBufferPointer,
        _ inflater: inout MessageInflater,
        _ limits: GRPCLimits,
        _ body: (UnsafeRawBufferPointer) throws(GRPCStatus) -> Void
    ) throws(GRPCStatus) {
        guard !held.isEmpty else { return try open(bytes, &inflater, limits, body) }
        var failure: GRPCStatus?
        held.withUnsafeBytes { whole in
            do throws(GRPCStatus) { try open(whole, &inflater, limits, body) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Forgets the call; large memory is given back.
    func clear() {
        handler = nil
        held.removeAll(keepingCapacity: held.capacity <= GRPCLimits.keptBytesMax)
    }

    private func open(
        _ whole: UnsafeRawBufferPointer,
        _ inflater: inout MessageInflater,
        _ limits: GRPCLimits,
        _ body: (UnsafeRawBufferPointer) throws(GRPCStatus) -> Void
    ) throws(GRPCStatus) {
        guard let prefix = try MessagePrefix.read(whole, lengthMax: limits.receiveBytesMax) else {
            throw whole.isEmpty ? UnaryCall.notOneMessage : UnaryCall.truncated
        }
        let message = UnsafeRawBufferPointer(rebasing: whole.dropFirst(MessagePrefix.size))
        guard message.count >= prefix.length else { throw UnaryCall.truncated }
        guard message.count == prefix.length else { throw UnaryCall.notOneMessage }
        try inflater.open(message, prefix, head.encoding, bytesMax: limits.receiveBytesMax, body)
    }

    /// Throws as soon as it shows that the body is longer than one message may be.
    private static func checkSize(_ whole: UnsafeRawBufferPointer, _ limits: GRPCLimits) throws(GRPCStatus) {
        guard let prefix = try MessagePrefix.read(whole, lengthMax: limits.receiveBytesMax) else { return }
        guard whole.count <= MessagePrefix.size + prefix.length else { throw notOneMessage }
    }

    private static let truncated = GRPCStatus(.internal, "the request ends inside a message")
    private static let notOneMessage = GRPCStatus(.unimplemented, "the method takes exactly one message")
}
