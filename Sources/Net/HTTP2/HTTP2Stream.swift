/// One stream of HTTP/2 as its connection and its session know it, on either side.
class HTTP2Stream {
    /// Nghttp2's number of it; 0 while there is none.
    var id: Int32 = 0
    /// Its place among the connection's open streams.
    var place = 0
    /// The body that this side sends.
    var outgoing = HTTP2OutgoingBody()
    /// Fields behind the body that the other side sends.
    var incomingTrailers = HTTPHeaders()

    /// Bytes of fields behind one body.
    private static let trailerBytesMax = 16 * 1024
    private var trailerBytes = 0

    /// More of the other side's body.
    func received(_ bytes: UnsafeRawBufferPointer) {}
    /// The other side has said all.
    func receivedAll() {}
    /// A frame has taken bytes of the body.
    func bodySent() {}
    /// This side has said all, and it is framed.
    func sentAll() {}

    /// Takes one field behind the body; what is beyond the limit is left out.
    func add(trailer name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        trailerBytes += name.count + value.count
        guard trailerBytes <= Self.trailerBytesMax else { return }
        incomingTrailers.add(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
    }

    func forgetTrailers() {
        trailerBytes = 0
        if !incomingTrailers.isEmpty { incomingTrailers = HTTPHeaders() }
    }
}
