/// One request to a server and its answer, on the loop's thread: on a connection of HTTP/1.1 one comes after the other, a
/// stream of HTTP/2 is one beside others.
package protocol HTTPClientExchange: AnyObject {
    var address: SocketAddress { get }
    var version: HTTPVersion { get }
    /// Who hears of the answer.
    var handler: (any HTTPClientHandler)? { get set }
    /// The answer's head, which can be read while the handler is told of it.
    var answer: AnswerHead { get }
    /// Whether the answer ends with its head; during `answered`.
    var isAnswerWhole: Bool { get }
    /// Fields behind the answer's body; in the last call of `chunk`.
    var trailers: HTTPTrailers { get }
    /// Requests that were begun on this connection.
    var requestCount: Int { get }
    /// Whether a byte of the answer in hand has come.
    var hasAnswerBegun: Bool { get }
    /// Bytes of the request that are not with the kernel yet.
    var unsentBytes: Int { get }

    /// Sends a request's head: `head` appends the request line and fields as HTTP/1.1 has them, without the framing
    /// fields and the empty line. `write` and `end` follow where there is a body.
    func begin(isHead: Bool, body: HTTPRequestBody, head write: (inout OutBuffer) -> Void)
    /// More of the request's body.
    func write(_ bytes: UnsafeRawBufferPointer)
    /// The request is whole, but for `trailers`, which go out where the body was not given a length.
    func end(trailers: HTTPTrailers)
    /// Stops reading the answer; the server waits.
    func pause()
    func resume()
    /// Breaks off; the handler hears nothing more.
    func close()
    /// Takes the connection over after status 101; during `answered`. Nil where there is no such thing.
    func takeRaw() -> RawConnection?
}

/// How a request's body is told.
package enum HTTPRequestBody: Sendable {
    case none
    case fixed(Int)
    case chunked
}

/// Hears of the answer to a request; on the loop's thread.
package protocol HTTPClientHandler: AnyObject {
    /// The answer's head is there; its fields can be read during the call.
    func answered(_ upstream: any HTTPClientExchange)
    /// More of the answer's body; after the last call the exchange is the owner's to give back or close.
    func chunk(_ upstream: any HTTPClientExchange, _ bytes: UnsafeRawBufferPointer, last: Bool)
    /// There will be no whole answer; the exchange is over.
    func failed(_ upstream: any HTTPClientExchange, _ fault: NetFault)
    /// All of the request that was written has gone out.
    func drained(_ upstream: any HTTPClientExchange)
}

extension HTTPClientExchange {
    package var status: Int { answer.status }
    /// What the server says of the body's length; nil where it says nothing.
    package var contentLength: Int? { answer.contentLength }

    /// The value of the first field called `name`, which is in small letters; during `answered`.
    package func header(_ name: StaticString) -> UnsafeRawBufferPointer? { answer.header(name) }

    /// The request is whole.
    package func end() { end(trailers: .none) }
}

/// The head of an answer as places in the bytes it was read from.
package final class AnswerHead {
    private var head = ResponseHead(fieldCountMax: AnswerHead.fieldCountMax)
    private var base: UnsafePointer<UInt8>?

    /// Fields of an answer's head.
    private static let fieldCountMax = 128
    /// Bytes of an answer's head.
    static let bytesMax = 64 * 1024

    package var status: Int { head.status }
    package var contentLength: Int? { head.framing.contentLength }
    var isChunked: Bool { head.framing.isChunked }
    var isKeepAlive: Bool { head.isKeepAlive }

    /// Reads the head at `base`, of which `count` bytes are there; where it is whole its fields can be read until `forget`.
    func parse(_ base: UnsafePointer<UInt8>, _ count: Int) -> HeadResult {
        let result = head.parse(base, count, bytesMax: Self.bytesMax)
        if case .complete = result { self.base = base }
        return result
    }

    /// The bytes will not stay where they are; status and length are still known.
    func forget() { base = nil }

    /// The value of the first field called `name`, which is in small letters.
    package func header(_ name: StaticString) -> UnsafeRawBufferPointer? {
        guard let base, let index = head.fields.find(name, in: base) else { return nil }
        return head.fields[index].value.of(base)
    }

    /// Calls `body` with every field in order.
    package func forEachHeader(_ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void) {
        guard let base else { return }
        for index in 0..<head.fields.count {
            let slot = head.fields[index]
            body(slot.name.of(base), slot.value.of(base))
        }
    }

    /// All fields as values.
    package var headers: HTTPHeaders {
        var headers = HTTPHeaders()
        forEachHeader { headers.add(String(decoding: $0, as: UTF8.self), String(decoding: $1, as: UTF8.self)) }
        return headers
    }
}
