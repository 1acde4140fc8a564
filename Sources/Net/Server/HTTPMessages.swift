package import Base

/// A request in values, for control planes: what a server received, or what a client is to send.
package struct HTTPRequest: Sendable {
    /// `GET`, `POST` …
    package var method: String
    /// Percent-decoded, without the query.
    package var path: String
    /// Decoded pairs in order; a name without `=` has an empty value.
    package var query: [(name: String, value: String)]
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// Who asks; nil in a request that a client sends.
    package var remote: SocketAddress?

    package init(
        method: String = "GET",
        path: String,
        query: [(name: String, value: String)] = [],
        headers: HTTPHeaders = HTTPHeaders(),
        body: [UInt8] = [],
        remote: SocketAddress? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.remote = remote
    }

    /// The first value of the query under `name`.
    package func query(_ name: String) -> String? { query.first { $0.name == name }?.value }
}

/// A whole answer.
package struct HTTPResponse: Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// What stood behind the body; of answers that a client received by HTTP/2.
    package var trailers = HTTPHeaders()

    package init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// An answer of JSON.
    package init(status: Int, json: JSON, headers: HTTPHeaders = HTTPHeaders()) {
        self.init(status: status, headers: headers, body: Array(json.text.utf8))
        self.headers["content-type"] = "application/json"
    }

    /// An answer of plain text.
    package init(status: Int, text: String) {
        self.init(status: status, headers: ["content-type": "text/plain; charset=utf-8"], body: Array(text.utf8))
    }
}

/// How an asynchronous handler answers.
package enum HTTPReply: Sendable {
    /// The whole answer at once.
    case complete(HTTPResponse)
    /// The head at once, the body while the closure runs; when it throws, the connection breaks off.
    case stream(
        status: Int,
        headers: HTTPHeaders,
        @Sendable (HTTPBodyWriter) async throws -> Void
    )
    /// 101 Switching Protocols, then bytes both ways until the closure returns.
    case upgrade(headers: HTTPHeaders, @Sendable (ByteStream) async -> Void)
}
