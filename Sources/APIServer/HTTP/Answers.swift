import Base
import KubeModel
import Net

/// The answers that all parts of the HTTP front give in one way.
extension HTTPReply {
    /// A JSON answer with the warnings that go with it.
    static func json(_ json: JSON, status: Int = 200, warnings: [String] = []) -> HTTPReply {
        .bytes(json.bytes, status: status, warnings: warnings)
    }

    /// JSON that is written already.
    static func bytes(
        _ bytes: [UInt8],
        type: String = "application/json",
        status: Int = 200,
        warnings: [String] = []
    ) -> HTTPReply {
        var headers: HTTPHeaders = ["content-type": type, "cache-control": "no-cache, private"]
        for warning in warnings { headers.add("warning", "299 - \(JSON.string(warning).text)") }
        return .complete(HTTPResponse(status: status, headers: headers, body: bytes))
    }

    /// Plain text.
    static func text(_ text: String, status: Int = 200) -> HTTPReply {
        .complete(HTTPResponse(status: status, text: text))
    }

    /// A failure as its Status object, with the header that asks to come again.
    static func failure(_ failure: APIStatus) -> HTTPReply {
        var response = HTTPResponse(status: failure.code, json: failure.json)
        if let seconds = failure.details["retryAfterSeconds"].int { response.headers["retry-after"] = String(seconds) }
        return .complete(response)
    }

    /// A document that clients keep until it changes: told in full once, then as unchanged.
    static func cached(_ body: [UInt8], type: String, for request: HTTPRequest) -> HTTPReply {
        let tag = "\"\(Fingerprint.of(body))\""
        let headers: HTTPHeaders = ["content-type": type, "etag": tag, "vary": "Accept", "cache-control": "public"]
        if request.headers["if-none-match"] == tag {
            return .complete(HTTPResponse(status: 304, headers: headers))
        }
        return .complete(HTTPResponse(status: 200, headers: headers, body: body))
    }
}

/// A short name for the content of a document (FNV-1a, 64 bits): a cache key, no more.
enum Fingerprint {
    static func of(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return String(hash, radix: 16, uppercase: true)
    }
}
