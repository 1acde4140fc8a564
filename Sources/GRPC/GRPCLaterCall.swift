import Base
package import Net

/// A unary call that is answered later than its handler returns; on the loop's thread.
///
/// A call whose client went away, or whose time is over, is forgotten: answering it does nothing.
package final class GRPCLaterCall {
    private var exchange: HTTPExchange?
    private let limits: GRPCLimits
    private var deadline: LoopTimer?

    init(_ exchange: HTTPExchange, _ limits: GRPCLimits, timeLeft: Duration?) {
        self.exchange = exchange
        self.limits = limits
        deadline = timeLeft.map { left in
            exchange.loop.after(left) { [weak self] in
                self?.fail(GRPCStatus(.deadlineExceeded, "Deadline Exceeded"))
            }
        }
    }

    /// Where the call lives.
    package var loop: EventLoop? { exchange?.loop }

    /// What carries it, for whoever takes note of requests; nil where nobody waits any more.
    package var waiting: HTTPExchange? { exchange }

    /// Ends the call with the message whose fields `body` writes, or with the status that it throws.
    package func answer(_ body: (inout ProtobufWriter) throws(GRPCStatus) -> Void) {
        guard let exchange else { return }
        var writer = ProtobufWriter()
        do throws(GRPCStatus) {
            try body(&writer)
            guard writer.count <= limits.sendBytesMax else { throw writer.tooLarge(limits) }
        } catch {
            return fail(error)
        }
        forget()
        exchange.respond(message: writer)
    }

    /// Ends the call with a status and no message.
    package func fail(_ status: GRPCStatus) {
        guard let exchange else { return }
        forget()
        exchange.respond(refusal: status)
    }

    /// The client is gone.
    func forget() {
        deadline?.cancel()
        (exchange, deadline) = (nil, nil)
    }
}

extension GRPCRequest {
    /// Lets the call wait: what the handler writes is not sent, the answer is given by what this returns.
    package func answerLater() -> GRPCLaterCall {
        let call = GRPCLaterCall(exchange, limits, timeLeft: timeLeft)
        exchange.context = call
        return call
    }
}
