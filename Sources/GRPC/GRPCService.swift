package import Base
import CLinux
package import Net

/// Serves gRPC (github.com/grpc/grpc, doc/PROTOCOL-HTTP2.md): from a path to a method, from a body to messages, from what
/// the method says to an answer with trailers.
///
/// Calls of unary methods use storage of earlier ones; a good one whose message came whole allocates nothing.
package final class GRPCService: HTTPService {
    private let methods: [GRPCMethod]
    private let limits: GRPCLimits
    private let time: any TimeSource
    private var idleCalls: [UnaryCall] = []
    private var writer = ProtobufWriter()
    private var inflater = MessageInflater()

    /// A service of `methods`; those that are called most come first.
    package init(methods: [GRPCMethod], limits: GRPCLimits = GRPCLimits(), time: any TimeSource = SystemTime()) {
        self.methods = methods
        self.limits = limits
        self.time = time
    }

    /// Whether a request says that it is a gRPC call, which is for this service and not for one of plain HTTP.
    package static func isCall(_ exchange: HTTPExchange) -> Bool {
        guard let type = exchange.header("content-type"), type.count >= 16 else { return false }
        return UnsafeRawBufferPointer(rebasing: type.prefix(16)).equalsIgnoringCase("application/grpc")
    }

    package func begin(_ exchange: HTTPExchange) -> BodyMode {
        guard GRPCService.hasProtobufContent(exchange) else {
            return refuse(exchange, 415, "the content-type is not application/grpc or application/grpc+proto")
        }
        guard exchange.method == .post else { return refuse(exchange, 405, "gRPC calls are POST requests") }
        do throws(GRPCStatus) {
            try start(exchange)
            return .stream
        } catch {
            exchange.respond(refusal: error)
            return .answered
        }
    }

    package func chunk(_ exchange: HTTPExchange, _ bytes: UnsafeRawBufferPointer, last: Bool) {
        switch exchange.context {
        case let call as UnaryCall: receive(call, exchange, bytes, last)
        case let call as GRPCStreamCall: call.receive(bytes, last)
        default: break
        }
    }

    package func aborted(_ exchange: HTTPExchange) {
        switch exchange.context {
        case let call as UnaryCall: giveBack(call)
        case let call as GRPCStreamCall: call.cancel()
        case let call as GRPCLaterCall: call.forget()
        default: break
        }
    }
}

// MARK: - the start of a call

extension GRPCService {
    private func start(_ exchange: HTTPExchange) throws(GRPCStatus) {
        guard let method = method(at: exchange.pathBytes) else {
            throw GRPCStatus(.unimplemented, "Method not found!")
        }
        let head = try CallHead(exchange, time: time)
        switch method.kind {
        case .unary(let handler):
            let call = idleCalls.popLast() ?? UnaryCall()
            call.start(head, handler)
            exchange.context = call
        case .streaming(let makeHandler):
            let call = GRPCStreamCall(exchange, head, limits, time)
            exchange.context = call
            call.handler = makeHandler(call)
        }
    }

    private func method(at path: UnsafeRawBufferPointer) -> GRPCMethod? {
        guard let start = path.baseAddress else { return nil }
        let index = methods.firstIndex { $0.path.count == path.count && memcmp($0.path, start, path.count) == 0 }
        return index.map { methods[$0] }
    }

    private static func hasProtobufContent(_ exchange: HTTPExchange) -> Bool {
        guard let type = exchange.header("content-type") else { return false }
        let essence = UnsafeRawBufferPointer(rebasing: type.prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 })
        return essence.equalsIgnoringCase("application/grpc") || essence.equalsIgnoringCase("application/grpc+proto")
    }

    /// Refuses what is no gRPC call, in HTTP's own way.
    private func refuse(_ exchange: HTTPExchange, _ status: Int, _ text: StaticString) -> BodyMode {
        exchange.respond(status: status, contentType: "text/plain") { $0.append(text) }
        return .answered
    }

}

// MARK: - unary calls

extension GRPCService {
    private func receive(_ call: UnaryCall, _ exchange: HTTPExchange, _ bytes: UnsafeRawBufferPointer, _ last: Bool) {
        do throws(GRPCStatus) {
            guard try call.takes(bytes, last, limits) else { return }
            try call.head.check(time)
            try answer(call, exchange, bytes)
        } catch {
            (exchange.context as? GRPCLaterCall)?.forget()
            exchange.respond(refusal: error)
        }
        giveBack(call)
    }

    private func answer(
        _ call: UnaryCall,
        _ exchange: HTTPExchange,
        _ bytes: UnsafeRawBufferPointer
    ) throws(GRPCStatus) {
        writer.clear(keeping: GRPCLimits.keptBytesMax)
        try call.openMessage(bytes, &inflater, limits) { message throws(GRPCStatus) in
            let timeLeft = call.head.deadline.map { $0 - time.monotonic() }
            let request = GRPCRequest(message: message, exchange: exchange, limits: limits, timeLeft: timeLeft)
            try call.handler?(request, &writer)
        }
        guard exchange.context === call else { return }
        try call.head.check(time)
        guard writer.count <= limits.sendBytesMax else { throw writer.tooLarge(limits) }
        exchange.respond(message: writer)
    }

    private func giveBack(_ call: UnaryCall) {
        call.clear()
        if idleCalls.count < GRPCLimits.callsKept { idleCalls.append(call) }
    }
}

extension HTTPExchange {
    /// The whole answer of a unary call that went well.
    func respond(message: borrowing ProtobufWriter) {
        grpcStatus = GRPCStatus.Code.ok.rawValue
        respond(status: 200, contentType: "application/grpc", trailers: HTTPTrailers("grpc-status", "0")) { out in
            MessagePrefix.write(length: message.count, into: &out)
            out.append(message.bytes)
        }
    }

    /// The whole answer of a call that is nothing but a status.
    func respond(refusal status: GRPCStatus) {
        grpcStatus = status.code.rawValue
        respond(status: 200, headers: status.headOfRefusal, body: [])
    }
}

extension GRPCStatus {
    /// The head of an answer that is nothing but a status ("Trailers-Only").
    fileprivate var headOfRefusal: HTTPHeaders {
        var head: HTTPHeaders = ["content-type": "application/grpc"]
        for (name, value) in fields { head.add(name, value) }
        if code == .unimplemented { head.add("grpc-accept-encoding", "identity,deflate,gzip") }
        return head
    }
}

extension ProtobufWriter {
    /// What to say of an answer beyond the limit, in the words of gRPC's own servers.
    func tooLarge(_ limits: GRPCLimits) -> GRPCStatus {
        GRPCStatus(.resourceExhausted, "SERVER: Sent message larger than max (\(count) vs. \(limits.sendBytesMax))")
    }
}

extension MessagePrefix {
    /// Appends the prefix of a message that is not compressed.
    static func write(length: Int, into out: inout OutBuffer) {
        out.append(0)
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: length).bigEndian) { out.append($0) }
    }
}
