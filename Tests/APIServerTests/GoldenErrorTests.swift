import APIServer
import Base
import CLinux
import KubeKinds
import KubeModel
import Net
import TestKit
import Testing

/// The recorded answers of a real server to wrong and odd requests, asked in the same order.
struct GoldenErrorTests {
    /// Answers that are meant to differ, with the reason.
    private static let differing: [String: String] = [
        "unauthorized-bad-token": "the recorded request carried another token",
        "anonymous-forbidden": "requests without a token are told 401",
        "bad-json": "Go's words for the place of a syntax error",
        "bad-json-type": "Go's words for a type",
        "not-acceptable": "the list of forms that are served is shorter",
        "accept-yaml": "answers are never YAML",
        "patch-unsupported-ct": "message is the same, not tested twice",
        "put-uid-precondition": "no etcd key to tell",
        "bad-continue": "no token was ever given out",
        "pod-immutable-update": "no dump of Go structures",
        "log-pod-not-scheduled": "there is no node in this test",
        "apply-no-fieldManager": "server-side apply comes later",
        "apply-managedFields-set": "server-side apply comes later",
        "apply-no-kind": "server-side apply comes later",
        "apply-create": "server-side apply comes later",
        "apply-conflict": "server-side apply comes later",
    ]

    /// Answers that need the fields of built-in kinds, which schemas do not check yet.
    private static let awaitingSchemas: Set = [
        "wrong-field-type", "deploy-bad-quantity", "deploy-ok", "strict-unknown-field", "warn-unknown-field",
        "default-unknown-field", "strict-unknown-nested", "strict-patch-unknown", "secret-bad-base64",
    ]

    @Test func answersAsRecorded() async throws {
        try await withServer { server in
            for name in ["default", "err"] {
                _ = await server.ask("POST", "/api/v1/namespaces", ["metadata": ["name": .string(name)]])
            }
            // Versions of two digits, which the comparison leaves out.
            for index in 0..<10 {
                _ = await server.ask(
                    "POST",
                    "/api/v1/namespaces/err/secrets",
                    ["metadata": ["name": .string("s\(index)")]]
                )
            }
            let account: JSON = ["metadata": ["name": "default"]]
            _ = await server.ask("POST", "/api/v1/namespaces/err/serviceaccounts", account)
            for line in try fixture("errors.jsonl").split(separator: "\n") {
                let wanted = try JSON.parse(String(line))
                let name = wanted["name"].string ?? ""
                let answer = await server.ask(wanted)
                guard Self.differing[name] == nil, !Self.awaitingSchemas.contains(name) else { continue }
                #expect(answer.difference(from: wanted) == nil, "\(name)")
            }
        }
    }
}

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
        if let warning = wanted["warning"].string, headers["warning"] != warning { return headers["warning"] ?? "none" }
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

/// A server of all built-in kinds in a scratch folder, not listening.
func withServer<Result>(
    hooks: [AdmissionHook] = [],
    _ body: (APIServer) async throws -> Result
) async throws -> Result {
    try await withScratchDirectory { folder in
        let loop = EventLoop(name: "test")
        let address = try #require(SocketAddress("127.0.0.1:0"))
        var configuration = APIServerConfiguration(
            dataFolder: folder,
            address: address,
            users: Users(tokens: ["secret": Users.User(name: "admin")]),
            types: BuiltInKinds.all
        )
        configuration.hooks = hooks
        let server = try APIServer(configuration, loop: loop)
        defer { server.close() }
        return try await body(server)
    }
}

/// The text of a file in Fixtures.
func fixture(_ name: String, file: String = #filePath) throws -> String {
    let folder = file.split(separator: "/").dropLast().joined(separator: "/")
    let source = try #require(fopen("/\(folder)/Fixtures/\(name)", "r"))
    defer { fclose(source) }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, source), count > 0 { text += buffer[..<count] }
    return String(decoding: text, as: UTF8.self)
}
