import Base

/// Posts whole bodies and hands back whole answers, by callbacks on one loop's thread: for parts of the data plane that
/// must not leave it. Keeps connections open.
package final class PostClient {
    /// What a server answered.
    package struct Answer: Sendable {
        package let status: Int
        package let body: [UInt8]
        /// Those fields that were asked for, of the answer's head and of what stands behind its body.
        package let fields: HTTPHeaders

        package init(status: Int, body: [UInt8], fields: HTTPHeaders = HTTPHeaders()) {
            self.status = status
            self.body = body
            self.fields = fields
        }
    }

    let loop: EventLoop
    let bodyMax: Int
    let resolver: HostResolver
    private let checksCertificates: Bool
    /// Idle connections: those without TLS under the empty name, others under the host that they are trusted as.
    private var pools: [String: HTTPConnectionPool] = [:]

    /// - Parameters:
    ///   - bodyMax: the longest answer that is taken.
    ///   - checksCertificates: whether servers of https must be who they say, by the machine's authorities.
    ///   - hosts: a file in the form of /etc/hosts whose names go before the machine's.
    package init(loop: EventLoop, bodyMax: Int, checksCertificates: Bool = true, hosts: String? = nil) {
        self.loop = loop
        self.bodyMax = bodyMax
        self.checksCertificates = checksCertificates
        resolver = HostResolver(loop: loop, file: hosts)
    }

    /// Posts `body`; `done` is called once, not before this returns, unless the call is cancelled.
    ///
    /// - Parameters:
    ///   - version: HTTP/2 is spoken without TLS only.
    ///   - kept: names, in small letters, of the answer's fields that are wanted.
    ///   - time: until the answer is whole; nil for no limit.
    package func post(
        _ body: [UInt8],
        to address: WebAddress,
        by version: HTTPVersion = .http1,
        headers: HTTPHeaders,
        keeping kept: [StaticString] = [],
        within time: Duration? = nil,
        _ done: @escaping (Result<Answer, NetFault>) -> Void
    ) -> PostCall {
        let call = PostCall(self, address, version, headers, kept, body, done)
        loop.soon { call.begin(within: time) }
        return call
    }

    /// Closes the idle connections.
    package func close() {
        for pool in pools.values { pool.close() }
        pools = [:]
    }

    func pool(for address: WebAddress) throws(NetFault) -> HTTPConnectionPool {
        let name = address.isSecure ? address.host : ""
        if let pool = pools[name] { return pool }
        let tls =
            address.isSecure
            ? try TLSClientContext(serverName: address.host, checksCertificates: checksCertificates) : nil
        let pool = HTTPConnectionPool(loop: loop, tls: tls)
        pools[name] = pool
        return pool
    }
}

/// One request of a `PostClient`, on its loop's thread.
package final class PostCall: HTTPClientHandler {
    private let client: PostClient
    private let address: WebAddress
    private let version: HTTPVersion
    private let headers: HTTPHeaders
    private let kept: [StaticString]
    private let body: [UInt8]
    private var done: ((Result<PostClient.Answer, NetFault>) -> Void)?
    private var connection: (any HTTPClientExchange)?
    private var connector: (any ConnectAttempt)?
    private var timer: LoopTimer?
    private var status = 0
    private var answer: [UInt8] = []
    private var fields = HTTPHeaders()

    init(
        _ client: PostClient,
        _ address: WebAddress,
        _ version: HTTPVersion,
        _ headers: HTTPHeaders,
        _ kept: [StaticString],
        _ body: [UInt8],
        _ done: @escaping (Result<PostClient.Answer, NetFault>) -> Void
    ) {
        self.client = client
        self.address = address
        self.version = version
        self.headers = headers
        self.kept = kept
        self.body = body
        self.done = done
    }

    /// Gives the call up; `done` is not called.
    package func cancel() {
        done = nil
        settle()
    }

    func begin(within time: Duration?) {
        guard done != nil else { return }
        if let time {
            timer = client.loop.after(time) { [weak self] in
                guard let self else { return }
                fail(NetFault(.upstream, .timeout, "\(address) did not answer within \(time)"))
            }
        }
        client.resolver.resolve(address.host, port: address.port) { result in
            switch result {
            case .success(let target): self.connect(to: target)
            case .failure(let fault): self.fail(fault)
            }
        }
    }

    private func connect(to target: SocketAddress) {
        guard done != nil else { return }
        do throws(NetFault) {
            let pool = try client.pool(for: address)
            if let kept = pool.take(target, version) { return send(kept) }
            connector = pool.connect(target, version, within: Connector.usualTime) { result in
                self.connector = nil
                switch result {
                case .success(let made): self.send(made)
                case .failure(let fault): self.fail(fault)
                }
            }
        } catch {
            fail(error)
        }
    }

    private func send(_ connection: any HTTPClientExchange) {
        self.connection = connection
        connection.handler = self
        connection.begin(isHead: false, body: .fixed(body.count)) { out in
            out.append("POST ")
            out.append(address.target)
            out.append(" HTTP/1.1\r\n")
            out.appendField("host", address.authority)
            for (name, value) in headers where !HTTPFraming.isFraming(name) { out.appendField(name, value) }
        }
        body.withUnsafeBytes { connection.write($0) }
        connection.end()
    }

    package func answered(_ connection: any HTTPClientExchange) {
        status = connection.status
        for name in kept {
            if let value = connection.header(name) {
                fields.add(name.description, String(decoding: value, as: UTF8.self))
            }
        }
        answer.reserveCapacity(min(connection.contentLength ?? 0, client.bodyMax))
    }

    package func chunk(_ connection: any HTTPClientExchange, _ bytes: UnsafeRawBufferPointer, last: Bool) {
        guard answer.count + bytes.count <= client.bodyMax else {
            return fail(NetFault(.upstream, .limit, "the answer of \(address) is larger than \(client.bodyMax) bytes"))
        }
        answer.append(contentsOf: bytes)
        guard last else { return }
        for (name, value) in connection.trailers.fields where kept.contains(where: { $0.description == name }) {
            fields.add(name, value)
        }
        self.connection = nil
        do throws(NetFault) {
            try client.pool(for: address).give(connection)
        } catch {
            connection.close()
        }
        finish(.success(PostClient.Answer(status: status, body: answer, fields: fields)))
    }

    package func failed(_ connection: any HTTPClientExchange, _ fault: NetFault) { fail(fault) }

    package func drained(_ connection: any HTTPClientExchange) {}

    private func fail(_ fault: NetFault) { finish(.failure(fault)) }

    private func finish(_ result: Result<PostClient.Answer, NetFault>) {
        let tell = done
        done = nil
        settle()
        tell?(result)
    }

    private func settle() {
        timer?.cancel()
        timer = nil
        connector?.cancel()
        connector = nil
        connection?.close()
        connection = nil
    }
}
