import Net

/// One request sent by a pool over HTTP/2, and what is heard of it.
final class TestCall: HTTPClientHandler, @unchecked Sendable {
    // Safe: everything but constants belongs to the loop's thread.
    enum Step: Sendable {
        case body(String)
        case bytes(Int)
        /// Goes on when all that was written is gone.
        case drained
        case end([String: String])
    }

    struct Answer: Sendable {
        var status = 0
        var fields: [String: String] = [:]
        var text = ""
        var count = 0
        var trailers: [String: String] = [:]
        var wasWholeAtHead = false
        var requestCount = 0
        var drains = 0
        var fault: NetFault?
    }

    private let loop: EventLoop
    private var steps: [Step]
    private let pauses: Bool
    private var upstream: (any HTTPClientExchange)?
    private var heard = Answer()
    private var told: Answer?
    private var waiting: CheckedContinuation<Answer, Never>?
    private let pool: Bound

    private struct Bound: @unchecked Sendable {
        // Safe: used on the loop's thread.
        let pool: HTTPConnectionPool
    }

    init(
        _ loop: EventLoop,
        _ pool: HTTPConnectionPool,
        _ address: SocketAddress,
        _ method: String,
        _ path: String,
        body: HTTPRequestBody,
        _ steps: [Step],
        pauses: Bool = false
    ) {
        self.loop = loop
        self.steps = steps
        self.pauses = pauses
        self.pool = Bound(pool: pool)
        loop.execute { self.begin(address, method, path, body) }
    }

    private func begin(_ address: SocketAddress, _ method: String, _ path: String, _ body: HTTPRequestBody) {
        if let upstream = pool.pool.take(address, .http2) { return send(upstream, method, path, body) }
        pool.pool.connect(address, .http2, within: .seconds(5)) { result in
            switch result {
            case .success(let upstream): self.send(upstream, method, path, body)
            case .failure(let fault): self.end(fault)
            }
        }
    }

    private func send(_ upstream: any HTTPClientExchange, _ method: String, _ path: String, _ body: HTTPRequestBody) {
        self.upstream = upstream
        upstream.handler = self
        upstream.begin(isHead: false, body: body) { out in
            out.append("\(method) \(path) HTTP/1.1\r\nhost: a:1\r\nX-Sent: by a test\r\nconnection: close\r\n")
        }
        goOn()
    }

    private func goOn() {
        while let upstream, !steps.isEmpty {
            switch steps.removeFirst() {
            case .body(let text): Array(text.utf8).withUnsafeBytes { upstream.write($0) }
            case .bytes(let count): [UInt8](repeating: 1, count: count).withUnsafeBytes { upstream.write($0) }
            case .end(let trailers):
                var fields: HTTPHeaders = [:]
                for (name, value) in trailers { fields.add(name, value) }
                upstream.end(trailers: HTTPTrailers(fields))
            case .drained: return
            }
        }
    }

    /// Whether the request is under way.
    var hasBegun: Bool { get async { await onLoop { $0.upstream != nil } } }
    /// What was heard, once that is all.
    var soFar: Answer? { get async { await onLoop { $0.told } } }

    var answer: Answer {
        get async {
            await withCheckedContinuation { continuation in
                loop.execute {
                    if let told = self.told {
                        continuation.resume(returning: told)
                    } else {
                        self.waiting = continuation
                    }
                }
            }
        }
    }

    func close() async {
        await onLoop { call in
            call.upstream?.close()
            call.upstream = nil
        }
    }

    private func onLoop<Value: Sendable>(_ body: @escaping @Sendable (TestCall) -> Value) async -> Value {
        await withCheckedContinuation { continuation in loop.execute { continuation.resume(returning: body(self)) } }
    }

    private func end(_ fault: NetFault?) {
        heard.fault = fault
        told = heard
        waiting?.resume(returning: heard)
        waiting = nil
    }

    // MARK: what is heard

    func answered(_ upstream: any HTTPClientExchange) {
        heard.status = upstream.status
        heard.requestCount = upstream.requestCount
        heard.wasWholeAtHead = upstream.isAnswerWhole
        for (name, value) in upstream.answer.headers { heard.fields[name] = value }
    }

    func chunk(_ upstream: any HTTPClientExchange, _ bytes: UnsafeRawBufferPointer, last: Bool) {
        heard.count += bytes.count
        if heard.count < 1000 { heard.text += String(decoding: bytes, as: UTF8.self) }
        if pauses, !last {
            upstream.pause()
            loop.execute { self.upstream?.resume() }
        }
        guard last else { return }
        for (name, value) in upstream.trailers.fields { heard.trailers[name] = value }
        self.upstream = nil
        pool.pool.give(upstream)
        end(nil)
    }

    func failed(_ upstream: any HTTPClientExchange, _ fault: NetFault) {
        self.upstream = nil
        end(fault)
    }

    func drained(_ upstream: any HTTPClientExchange) {
        heard.drains += 1
        goOn()
    }
}
