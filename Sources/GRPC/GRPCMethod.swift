package import Net

/// A request of a method that takes one message and answers with one.
package struct GRPCRequest: ~Copyable {
    /// The request's message, unpacked; valid during the call.
    package let message: UnsafeRawBufferPointer
    /// The exchange that carries the call: its header fields are the call's metadata.
    package let exchange: HTTPExchange
    let limits: GRPCLimits
    /// How long the client goes on waiting; nil where it does not say.
    let timeLeft: Duration?
}

/// Takes the messages of one streaming call, on the loop's thread.
package protocol GRPCStreamHandler: AnyObject {
    /// A message came; `message` is valid during the call.
    func received(_ message: UnsafeRawBufferPointer)
    /// The client has no more messages. The call goes on until `finish`.
    func ended()
    /// The client went away or its time is over; nothing can be sent any more.
    func cancelled()
}

/// A method of a service.
package struct GRPCMethod {
    /// How a method is answered.
    package enum Kind {
        /// One message in; the answer's fields are written at once, or later where the handler says so.
        case unary((borrowing GRPCRequest, inout ProtobufWriter) throws(GRPCStatus) -> Void)
        /// Any number of messages in and out, in time of its own.
        case streaming((GRPCStreamCall) -> any GRPCStreamHandler)
    }

    let service: String
    let path: [UInt8]
    let kind: Kind

    /// The method `name` of `service`, whose name includes its package.
    package init(_ service: String, _ name: String, _ kind: Kind) {
        self.service = service
        self.kind = kind
        path = Array("/\(service)/\(name)".utf8)
    }
}
