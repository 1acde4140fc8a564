import Base
package import Net

/// One call of a streaming method: what its handler answers through. All on the loop's thread.
package final class GRPCStreamCall {
    /// Where the call lives.
    package let loop: EventLoop
    private var exchange: HTTPExchange?
    private let head: CallHead
    private let limits: GRPCLimits
    private var deadline: LoopTimer?
    private var hasBegun = false
    private var assembler = MessageAssembler()
    private var inflater = MessageInflater()
    private var writer = ProtobufWriter()
    private var out = OutBuffer()
    var handler: (any GRPCStreamHandler)?

    init(_ exchange: HTTPExchange, _ head: CallHead, _ limits: GRPCLimits, _ time: any TimeSource) {
        self.exchange = exchange
        self.head = head
        self.limits = limits
        loop = exchange.loop
        exchange.onDrained = { [weak self] in self?.exchange?.resumeBody() }
        if let end = head.deadline {
            deadline = loop.after(end - time.monotonic()) { [weak self] in self?.expire() }
        }
    }

    /// Sends a message whose fields `body` writes.
    package func send(_ body: (inout ProtobufWriter) -> Void) {
        guard let exchange else { return }
        writer.clear(keeping: GRPCLimits.keptBytesMax)
        body(&writer)
        guard writer.count <= limits.sendBytesMax else { return fail(writer.tooLarge(limits)) }
        begin(exchange)
        out.truncate(0)
        MessagePrefix.write(length: writer.count, into: &out)
        out.append(writer.bytes)
        exchange.write(out.bytes)
        if exchange.unsentBytes > limits.unsentBytesMax { exchange.pauseBody() }
    }

    /// Ends the call; what comes after that is not looked at.
    package func finish(_ status: GRPCStatus) {
        guard let exchange else { return }
        begin(exchange)
        forget()
        exchange.grpcStatus = status.code.rawValue
        exchange.end(trailers: HTTPTrailers(status.fields))
    }
}

// MARK: - the service's side

extension GRPCStreamCall {
    func receive(_ bytes: UnsafeRawBufferPointer, _ last: Bool) {
        guard exchange != nil else { return }
        do throws(GRPCStatus) {
            try assembler.feed(bytes, lengthMax: limits.receiveBytesMax) { prefix, message throws(GRPCStatus) in
                try inflater.open(message, prefix, head.encoding, bytesMax: limits.receiveBytesMax) {
                    if exchange != nil { handler?.received($0) }
                }
            }
            guard last, exchange != nil else { return }
            guard !assembler.isInsideMessage else {
                throw GRPCStatus(.internal, "the request ends inside a message")
            }
            handler?.ended()
        } catch {
            fail(error)
        }
    }

    /// The client is gone.
    func cancel() {
        let handler = handler
        forget()
        handler?.cancelled()
    }

    private func expire() { fail(GRPCStatus(.deadlineExceeded, "Deadline Exceeded")) }

    private func fail(_ status: GRPCStatus) {
        let handler = handler
        finish(status)
        handler?.cancelled()
    }

    private func begin(_ exchange: HTTPExchange) {
        guard !hasBegun else { return }
        hasBegun = true
        exchange.begin(status: 200, headers: ["content-type": "application/grpc"], contentLength: nil)
    }

    private func forget() {
        deadline?.cancel()
        exchange?.onDrained = nil
        (exchange, handler) = (nil, nil)
    }
}
