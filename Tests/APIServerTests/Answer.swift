import APIServer
import Base
import KubeModel
import Net

/// What a server answered, with its body as JSON where it is that.
struct Answer {
    let status: Int
    let headers: HTTPHeaders
    let json: JSON
    let text: String

    init(_ reply: HTTPReply) {
        guard case .complete(let response) = reply else {
            (status, headers, json, text) = (200, HTTPHeaders(), .null, "stream")
            return
        }
        status = response.status
        headers = response.headers
        text = String(decoding: response.body, as: UTF8.self)
        json = (try? JSON.parse(response.body)) ?? .null
    }

    /// How this differs from a recorded answer; identities and versions are not compared.
    func difference(from wanted: JSON) -> String? {
        guard status == wanted["status"].int else { return "\(status) \(text.prefix(400))" }
        if let message = wanted["message"].string, masked(message) != masked(json["message"].string ?? "") {
            return json["message"].string
        }
        if let reason = wanted["reason"].string, reason != json["reason"].string { return json["reason"].text }
        if wanted["message"].string != nil, masked(wanted["details"].text) != masked(json["details"].text) {
            return json["details"].text
        }
        if let kind = wanted["kind"].string, json["kind"].string != kind { return json["kind"].text }
        if let warning = wanted["warning"].string, !headers.all("warning").contains(warning) {
            return headers["warning"] ?? "none"
        }
        return nil
    }

    /// The text without what differs from run to run: numbers of versions and uids.
    private func masked(_ text: String) -> String {
        var output = ""
        var run = ""
        func flush() {
            let isUID = run.count == 36 && run.filter { $0 == "-" }.count == 4
            let isNumber = run.count >= 2 && run.allSatisfy(\.isNumber)
            output += isUID ? "<uid>" : isNumber ? "<n>" : run
            run = ""
        }
        for character in text {
            if character.isHexDigit || character == "-" {
                run.append(character)
            } else {
                flush()
                output.append(character)
            }
        }
        flush()
        return output
    }
}

extension APIServer {
    /// Asks as a client with the right token would.
    func ask(_ method: String, _ target: String, _ body: JSON? = nil, accept: String? = nil) async -> Answer {
        await ask(method, target, body.map { $0.bytes }, type: body == nil ? nil : "application/json", accept: accept)
    }

    /// Asks what a recorded case asked.
    func ask(_ recorded: JSON) async -> Answer {
        let body =
            recorded["body"].isNull ? nil : recorded["body"].string.map { Array($0.utf8) } ?? recorded["body"].bytes
        return await ask(
            recorded["method"].string ?? "",
            recorded["path"].string ?? "",
            body,
            type: recorded["contentType"].string,
            accept: recorded["accept"].string
        )
    }

    private func ask(
        _ method: String,
        _ target: String,
        _ body: [UInt8]?,
        type: String?,
        accept: String?
    ) async -> Answer {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        var headers: HTTPHeaders = ["authorization": "Bearer secret"]
        headers["content-type"] = type
        headers["accept"] = accept
        let query =
            parts.count < 2
            ? []
            : parts[1].split(separator: "&").map { pair -> (name: String, value: String) in
                let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                return (sides[0], sides.count < 2 ? "" : percentDecoded(sides[1]))
            }
        let request = HTTPRequest(method: method, path: parts[0], query: query, headers: headers, body: body ?? [])
        return Answer(await answer(request))
    }
}

private func percentDecoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.replacing("+", with: " ").utf8)[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"), let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
            bytes.append(code)
            rest = rest.dropFirst(2)
        } else {
            bytes.append(byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
