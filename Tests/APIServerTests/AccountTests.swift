import APIServer
import Base
import KubeModel
import Net
import TestKit
import Testing

/// Service accounts: their tokens, what these open, and when they end.
@Suite(.timeLimit(.minutes(1)))
struct AccountTests {
    private static let account = "/api/v1/namespaces/default/serviceaccounts/reader"
    private static let pods = "/api/v1/namespaces/default/pods"

    /// Asks with a token.
    private func ask(
        _ server: APIServer,
        _ method: String,
        _ path: String,
        token: String,
        _ body: JSON? = nil
    ) async -> Answer {
        var headers: HTTPHeaders = ["authorization": "Bearer \(token)"]
        if body != nil { headers["content-type"] = "application/json" }
        let request = HTTPRequest(method: method, path: path, headers: headers, body: body?.bytes ?? [])
        return Answer(await server.answer(request))
    }

    private func withAccount(_ body: (APIServer, _ podUID: String) async throws -> Void) async throws {
        try await withServer { server in
            _ = await server.ask("POST", "/api/v1/namespaces", ["metadata": ["name": "default"]])
            let accounts = "/api/v1/namespaces/default/serviceaccounts"
            _ = await server.ask("POST", accounts, ["metadata": ["name": "reader"]])
            let pod: JSON = [
                "metadata": ["name": "p"],
                "spec": ["serviceAccountName": "reader", "containers": [["name": "c", "image": "i"]]],
            ]
            let uid = await server.ask("POST", Self.pods, pod).json["metadata"]["uid"].string
            try await body(server, try #require(uid))
        }
    }

    private func token(_ server: APIServer, _ spec: JSON) async -> String {
        await server.ask("POST", "\(Self.account)/token", ["spec": spec]).json["status"]["token"].string ?? ""
    }

    @Test func accountsReadEverythingButSecretsAndChangeNothing() async throws {
        try await withAccount { server, _ in
            let token = await token(server, .emptyObject)
            let review: JSON = ["spec": ["resourceAttributes": ["verb": "delete", "resource": "pods"]]]
            let cases: [(method: String, path: String, body: JSON?, status: Int)] = [
                ("GET", Self.pods, nil, 200), ("GET", "\(Self.pods)/p", nil, 200),
                ("GET", "/apis/apps/v1/deployments", nil, 200), ("GET", "/metrics", nil, 200),
                ("GET", "/api", nil, 200),
                ("GET", "/api/v1/secrets", nil, 403), ("GET", "/api/v1/namespaces/default/secrets/x", nil, 403),
                ("POST", Self.pods, ["metadata": ["name": "q"]], 403), ("DELETE", "\(Self.pods)/p", nil, 403),
                ("PATCH", "\(Self.pods)/p", .emptyObject, 403), ("DELETE", Self.pods, nil, 403),
                ("POST", "\(Self.pods)/p/portforward", nil, 403), ("GET", "\(Self.pods)/p/exec", nil, 403),
                ("POST", "\(Self.account)/token", .emptyObject, 403),
                ("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review, 201),
            ]
            for (method, path, body, status) in cases {
                let answer = await ask(server, method, path, token: token, body)
                #expect(answer.status == status, "\(method) \(path): \(answer.text)")
                if path.hasSuffix("selfsubjectaccessreviews") {
                    #expect(answer.json["status"]["allowed"] == false)
                }
            }
            let refusal = await ask(server, "DELETE", "\(Self.pods)/p", token: token).json
            #expect(
                refusal["message"].string?.hasPrefix(
                    "pods \"p\" is forbidden: User \"system:serviceaccount:default:reader\" cannot delete resource \"pods\" "
                        + "in API group \"\" in the namespace \"default\""
                ) == true
            )
        }
    }

    @Test func aPodsTokenEndsWithThePod() async throws {
        try await withAccount { server, uid in
            let bound: JSON = ["boundObjectRef": ["kind": "Pod", "name": "p", "uid": .string(uid)]]
            let token = await token(server, bound)
            #expect(await ask(server, "GET", "/api", token: token).status == 200)
            let options: JSON = ["gracePeriodSeconds": 0]
            _ = await server.ask("DELETE", "\(Self.pods)/p", options)
            #expect(await ask(server, "GET", "/api", token: token).status == 401)
        }
    }

    @Test func whatWasNotSignedHereOpensNothing() async throws {
        try await withAccount { server, uid in
            let token = await token(server, .emptyObject)
            let parts = token.split(separator: ".").map(String.init)
            try #require(parts.count == 3)
            let claims = try JSON.parse(try #require(Base64.decodeURL(parts[1])))
            var forged = claims
            forged["kubernetes.io"]["serviceaccount"]["name"] = "default"
            let none = Base64.encodeURL(Array(#"{"alg":"none","typ":"JWT"}"#.utf8))
            let tampered = [
                "\(parts[0]).\(Base64.encodeURL(forged.bytes)).\(parts[2])", "\(parts[0]).\(parts[1]).",
                "\(none).\(parts[1]).", "\(parts[0]).\(parts[1])", "..", "", "\(token)x",
            ]
            for wrong in tampered { #expect(await ask(server, "GET", "/api", token: wrong).status == 401, "\(wrong)") }
            let elsewhere = await self.token(server, ["audiences": ["vault"]])
            #expect(await ask(server, "GET", "/api", token: elsewhere).status == 401)
            for (spec, status) in [
                (["boundObjectRef": ["kind": "Pod", "name": "p", "uid": "other"]] as JSON, 409),
                (["boundObjectRef": ["kind": "Pod", "name": "q"]], 404), (["boundObjectRef": ["kind": "Secret"]], 400),
            ] {
                let answer = await server.ask("POST", "\(Self.account)/token", ["spec": spec])
                #expect(answer.status == status, "\(spec.text): \(answer.text)")
            }
            _ = await server.ask("DELETE", Self.account)
            #expect(await ask(server, "GET", "/api", token: token).status == 401)
        }
    }
}
