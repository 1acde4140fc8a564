/// What a service wants of a request's body.
package enum BodyMode: Sendable {
    /// The body whole, in one call of `complete`; a longer one is answered 413 by the server. With `decoding`, bodies
    /// that say gzip or deflate are decoded first, and `max` bounds what comes out; other codings are answered 415.
    case collect(max: Int, decoding: Bool = false)
    /// The body as it comes, in calls of `chunk`.
    case stream
    /// Nothing: the answer is given already, or does not depend on the body.
    case answered
}

/// Answers requests on a loop's thread.
///
/// For every request `begin` is called once; then, as the mode says, `complete` once or `chunk` until `last`. The
/// answer may be given in any of these calls or later on the same thread. Then either `answered` is called, or `aborted`
/// where the client leaves or breaks the protocol before the answer's end; after that the exchange must be forgotten.
package protocol HTTPService: AnyObject {
    /// The head is there.
    func begin(_ exchange: HTTPExchange) -> BodyMode
    /// The body is whole; `body` is valid during the call.
    func complete(_ exchange: HTTPExchange, body: UnsafeRawBufferPointer)
    /// More of the body; `bytes` are valid during the call, and may be empty when `last`.
    func chunk(_ exchange: HTTPExchange, _ bytes: UnsafeRawBufferPointer, last: Bool)
    /// The client went away, or broke the protocol, before the answer's end.
    func aborted(_ exchange: HTTPExchange)
    /// The service's answer has been written, to its end; the request can still be read, for whoever takes note of it.
    func answered(_ exchange: HTTPExchange, status: Int)
}

extension HTTPService {
    package func complete(_ exchange: HTTPExchange, body: UnsafeRawBufferPointer) {}
    package func chunk(_ exchange: HTTPExchange, _ bytes: UnsafeRawBufferPointer, last: Bool) {}
    package func aborted(_ exchange: HTTPExchange) {}
    package func answered(_ exchange: HTTPExchange, status: Int) {}
}
