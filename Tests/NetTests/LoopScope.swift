import Net

/// Runs `body` with a loop of its own, which ends afterwards.
func withLoop<Result>(_ body: (EventLoop) async throws -> Result) async throws -> Result {
    let loop = EventLoop(name: "test")
    loop.start()
    defer { loop.stop() }
    return try await body(loop)
}

/// Any port of this machine.
let anyPort = SocketAddress(ip: 0x7F00_0001, port: 0)

/// Serves `handler` on a port of its own while `body` runs.
func withServer<Result>(
    bodyMax: Int = 1 << 20,
    limits: HTTPLimits = HTTPLimits(),
    _ handler: @escaping @Sendable (HTTPRequest) async -> HTTPReply,
    _ body: (EventLoop, SocketAddress) async throws -> Result
) async throws -> Result {
    try await withLoop { loop in
        let server = HTTPServer(loop: loop, service: AsyncHTTPService(bodyMax: bodyMax, handler), limits: limits)
        let address = try server.listen(anyPort)
        return try await body(loop, address)
    }
}

/// Sends `text` on a new connection and reads until the server closes.
func exchange(_ text: String, _ address: SocketAddress, _ loop: EventLoop) async throws -> String {
    let stream = try await connect(address, on: loop)
    defer { stream.close() }
    try await stream.write(Array(text.utf8))
    var answer: [UInt8] = []
    while let bytes = try await stream.read() { answer += bytes }
    return String(decoding: answer, as: UTF8.self)
}
