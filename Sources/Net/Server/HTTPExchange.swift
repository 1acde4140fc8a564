package import Base

/// The versions of HTTP that requests come in.
package enum HTTPVersion: Sendable { case http1, http2 }

/// One request and its answer, on the loop's thread.
///
/// A connection uses one exchange for all its requests. The head stays readable until the answer has ended; then
/// everything reads as empty, and answering again does nothing.
package final class HTTPExchange {
    private let carrier: any ExchangeCarrier
    package let loop: EventLoop
    package let remoteAddress: SocketAddress
    var store: HeadStore?
    // Safe: the accessors below read or store one field of it and call nobody meanwhile, all on the loop's thread.
    @exclusivity(unchecked)
    private var notes: Notes

    /// What is noted of the request in hand. It is read through accessors: at a stored property of a class other rooms pay for
    /// the runtime's look at who else is there, and that is ten times as dear as the reading.
    private struct Notes {
        var context: AnyObject?
        var onDrained: (() -> Void)?
        var trace = TraceContext.none
        var grpcStatus: Int?
        var sort = 0
        var startedAt: Instant
    }

    init(carrier: any ExchangeCarrier) {
        self.carrier = carrier
        loop = carrier.connection.loop
        remoteAddress = carrier.connection.remote
        notes = Notes(startedAt: loop.now)
    }

    /// Another request is in hand.
    func begin() {
        notes.startedAt = loop.now
        notes.trace = .none
        notes.grpcStatus = nil
        notes.sort = 0
    }

    /// The service's own state for this request; nil at its beginning.
    package var context: AnyObject? {
        get { notes.context }
        set { notes.context = newValue }
    }

    /// Called whenever all that was written has gone out, until the answer has ended.
    package var onDrained: (() -> Void)? {
        get { notes.onDrained }
        set { notes.onDrained = newValue }
    }

    /// Where the request stands in a trace, as the service has it; none at its beginning.
    package var trace: TraceContext {
        get { notes.trace }
        set { notes.trace = newValue }
    }

    /// What the call ended with, where the request is one of gRPC; whoever answers says it before the answer's end.
    package var grpcStatus: Int? {
        get { notes.grpcStatus }
        set { notes.grpcStatus = newValue }
    }

    /// What sort of request it is, by numbers of the service's own; 0 at its beginning.
    package var sort: Int {
        get { notes.sort }
        set { notes.sort = newValue }
    }

    /// When its head was whole, by the loop's time.
    package var startedAt: Instant { notes.startedAt }

    /// What the request came by. Only HTTP/2 carries trailers to every client, and messages both ways at once.
    package var version: HTTPVersion { carrier.version }
    package var localAddress: SocketAddress { carrier.connection.local }
    /// Whether the request came over TLS.
    package var isSecure: Bool { carrier.connection.isSecure }
    /// Whether the answer has ended or the client is gone.
    package var isAnswered: Bool { carrier.isAnswered }
}

// MARK: - the request

extension HTTPExchange {
    package var method: HTTPMethod { store?.head.method ?? .other }
    /// The method as it was sent.
    package var methodBytes: UnsafeRawBufferPointer { bytes { $0.methodSpan } }
    package var methodText: String { String(decoding: methodBytes, as: UTF8.self) }
    /// The request target as it was sent: `/path?query`, percent-encoded.
    package var targetBytes: UnsafeRawBufferPointer { bytes { $0.target } }
    package var target: String { String(decoding: targetBytes, as: UTF8.self) }
    /// The path as it was sent, without the query.
    package var pathBytes: UnsafeRawBufferPointer { bytes { $0.path } }
    package var path: String { String(decoding: pathBytes, as: UTF8.self) }
    /// The request line as far as the path's end: what was asked.
    var askedBytes: UnsafeRawBufferPointer { bytes { $0.asked } }
    /// What stands behind the question mark.
    package var queryBytes: UnsafeRawBufferPointer { bytes { $0.query } }
    package var query: String { String(decoding: queryBytes, as: UTF8.self) }
    /// The host that is asked for, with its port where one is named.
    package var authorityBytes: UnsafeRawBufferPointer { bytes { $0.authority } }
    package var authority: String { String(decoding: authorityBytes, as: UTF8.self) }
    /// The whole head as it was sent, with the empty line.
    package var rawHead: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: store?.base, count: store?.count ?? 0) }
    /// What the client says of the body's length; nil for a chunked body and for none.
    package var contentLength: Int? { store?.head.framing.contentLength }
    /// Whether a body of unknown length comes.
    package var isChunked: Bool { store?.head.framing.isChunked ?? false }
    /// Whether the client would send another request on this connection.
    package var isKeepAlive: Bool { store?.head.isKeepAlive ?? false }
    /// Fields behind the request's body; when it is whole. Those of HTTP/1.1 are passed over.
    package var requestTrailers: HTTPTrailers { HTTPTrailers(carrier.requestTrailers) }
    /// Whether the client asks for another protocol.
    package var wantsUpgrade: Bool {
        guard let framing = store?.head.framing else { return false }
        return framing.saysUpgrade && framing.upgrade != nil
    }

    /// Whether the request is a call of gRPC, which goes by HTTP/2 from end to end.
    package var isGRPC: Bool {
        guard version == .http2, let type = header("content-type") else { return false }
        return UnsafeRawBufferPointer(rebasing: type.prefix(16)).equalsIgnoringCase("application/grpc")
            && (type.count == 16 || [0x2B, 0x3B].contains(type[16]))
    }

    /// The value of the first field called `name`, which is in small letters.
    package func header(_ name: StaticString) -> UnsafeRawBufferPointer? {
        guard let store, store.head.fields.mayHave(name) else { return nil }
        return find(name, in: store)
    }

    @inline(never)
    private func find(_ name: StaticString, in store: HeadStore) -> UnsafeRawBufferPointer? {
        guard let base = store.base, let index = store.head.fields.find(name, in: base) else { return nil }
        return store.head.fields[index].value.of(base)
    }

    /// The value of the first field called `name`, which is in small letters, as text.
    package func headerText(_ name: StaticString) -> String? {
        header(name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The value of the first field called `name`, which is in small letters.
    package func header(lowercased name: String) -> UnsafeRawBufferPointer? {
        guard let store, let base = store.base else { return nil }
        for index in 0..<store.head.fields.count {
            let slot = store.head.fields[index]
            if slot.name.of(base).equalsIgnoringCase(name) { return slot.value.of(base) }
        }
        return nil
    }

    /// Calls `body` with every field in order.
    package func forEachHeader(_ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void) {
        guard let store, let base = store.base else { return }
        for index in 0..<store.head.fields.count {
            let slot = store.head.fields[index]
            body(slot.name.of(base), slot.value.of(base))
        }
    }

    /// All fields as values.
    package var headers: HTTPHeaders {
        var headers = HTTPHeaders()
        forEachHeader { headers.add(String(decoding: $0, as: UTF8.self), String(decoding: $1, as: UTF8.self)) }
        return headers
    }

    private func bytes(_ span: (borrowing RequestHead) -> ByteSpan) -> UnsafeRawBufferPointer {
        guard let store, let base = store.base else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return span(store.head).of(base)
    }
}

// MARK: - the answer

extension HTTPExchange {
    /// The whole answer, written straight into the out buffer.
    package func respond(status: Int, contentType: StaticString, body: UnsafeRawBufferPointer) {
        carrier.respond(status: status, contentType: contentType, body: body)
    }

    /// The whole answer; content-length is set here.
    package func respond(status: Int, headers: HTTPHeaders, body: [UInt8]) {
        body.withUnsafeBytes { carrier.respond(status: status, headers: headers, body: $0) }
    }

    /// The whole answer, its body appended in place by `writing`, which must not touch the exchange.
    package func respond(status: Int, contentType: StaticString, writing: (inout OutBuffer) -> Void) {
        carrier.respond(status: status, contentType: contentType, writing: writing)
    }

    /// The whole answer, its body appended in place by `writing` and followed by `trailers` (not in HTTP/1.0, which has
    /// none).
    package func respond(
        status: Int,
        contentType: StaticString,
        trailers: HTTPTrailers,
        writing: (inout OutBuffer) -> Void
    ) {
        let extras = AnswerExtras(numberField: nil, trailers: trailers)
        carrier.respond(status: status, contentType: contentType, extras, fields: { _ in }) {
            writing(&$0)
            return 0
        }
    }

    /// The whole answer with field lines appended by `fields` (see `appendField`), its body by `writing`.
    package func respond(
        status: Int,
        contentType: StaticString,
        fields: (inout OutBuffer) -> Void,
        writing: (inout OutBuffer) -> Void
    ) {
        carrier.respond(status: status, contentType: contentType, AnswerExtras(), fields: fields) {
            writing(&$0)
            return 0
        }
    }

    /// The whole answer with a field called `numberField` whose number is known when the body is written: `writing`
    /// appends the body and returns it.
    package func respond(
        status: Int,
        contentType: StaticString,
        numberField: StaticString,
        writing: (inout OutBuffer) -> Int
    ) {
        let extras = AnswerExtras(numberField: numberField, trailers: .none)
        carrier.respond(status: status, contentType: contentType, extras, fields: { _ in }, writing: writing)
    }

    /// The answer's head; without a length, here or in `headers`, the body is chunked. `write` and `end` follow.
    package func begin(status: Int, headers: HTTPHeaders, contentLength: Int?) {
        let length = contentLength ?? headers["content-length"].flatMap(Int.init)
        carrier.begin(status: status, contentLength: length, isWhole: false) { out in
            for (name, value) in headers where !HTTPFraming.isFraming(name) { out.appendField(name, value) }
        }
    }

    /// The answer's head with field lines appended by `fields` (see `appendField`), framing fields left out. `isWhole`
    /// says that nothing but `end` follows: HTTP/2 ends the stream with the head.
    package func begin(status: Int, contentLength: Int?, isWhole: Bool = false, fields: (inout OutBuffer) -> Void) {
        carrier.begin(status: status, contentLength: contentLength, isWhole: isWhole, fields: fields)
    }

    /// More of the answer's body; it goes out at the end of the loop's turn.
    package func write(_ bytes: UnsafeRawBufferPointer) { carrier.write(bytes) }

    /// The answer is whole, but for `trailers`, which go out where the body was not given a length.
    package func end(trailers: HTTPTrailers = .none) { carrier.end(trailers) }

    /// Breaks the connection off, so that the client sees that the answer is not whole.
    package func abort() { carrier.abort() }

    /// Bytes that were written and not yet taken by the kernel: a writer waits while there are many.
    package var unsentBytes: Int { carrier.unsentBytes }

    /// Stops calls of `chunk`; the client waits.
    package func pauseBody() { carrier.pauseBody() }
    package func resumeBody() { carrier.resumeBody() }

    /// Answers 101; from here the connection carries bytes of another protocol. `headers` names it in `upgrade`.
    package func upgrade(headers: HTTPHeaders) -> RawConnection {
        carrier.upgrade { out in
            for (name, value) in headers where !HTTPFraming.isFraming(name) { out.appendField(name, value) }
        }
    }

    /// Answers 101 with field lines appended by `fields`.
    package func upgrade(fields: (inout OutBuffer) -> Void) -> RawConnection { carrier.upgrade(fields: fields) }
}

extension OutBuffer {
    /// Appends a field line; control characters in it become blanks, so that no value can make a second line.
    package mutating func appendField(_ name: String, _ value: String) {
        append(cleaned: name)
        append(": ")
        append(cleaned: value)
        append("\r\n")
    }

    /// Appends a field line of bytes that were read as a field before.
    package mutating func appendField(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        append(name)
        append(": ")
        append(value)
        append("\r\n")
    }

    private mutating func append(cleaned text: String) {
        if text.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
            for byte in text.utf8 { append(byte < 0x20 || byte == 0x7F ? 0x20 : byte) }
        } else {
            append(text)
        }
    }
}
