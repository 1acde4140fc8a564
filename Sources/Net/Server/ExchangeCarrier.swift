/// What brings an exchange's answer to the client: a request of HTTP/1.1 on its connection, or a stream of HTTP/2.
protocol ExchangeCarrier: AnyObject {
    var version: HTTPVersion { get }
    var connection: Connection { get }
    var isAnswered: Bool { get }
    /// Fields behind the request's body.
    var requestTrailers: HTTPHeaders { get }
    /// Bytes of the answer that are not with the kernel yet.
    var unsentBytes: Int { get }
    func respond(status: Int, contentType: StaticString, body: UnsafeRawBufferPointer)
    func respond(status: Int, headers: HTTPHeaders, body: UnsafeRawBufferPointer)
    func respond(status: Int, contentType: StaticString, writing: (inout OutBuffer) -> Void)
    func respond(
        status: Int,
        contentType: StaticString,
        _ extras: AnswerExtras,
        fields: (inout OutBuffer) -> Void,
        writing: (inout OutBuffer) -> Int
    )
    func begin(status: Int, contentLength: Int?, isWhole: Bool, fields: (inout OutBuffer) -> Void)
    func write(_ bytes: UnsafeRawBufferPointer)
    func end(_ trailers: HTTPTrailers)
    func abort()
    func pauseBody()
    func resumeBody()
    func upgrade(fields: (inout OutBuffer) -> Void) -> RawConnection
}

/// What an answer written in place has besides status, type and length.
struct AnswerExtras {
    /// Names a field whose number is known when the body has been written.
    var numberField: StaticString?
    var trailers = HTTPTrailers.none
}
