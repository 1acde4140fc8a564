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
                guard Self.differing[name] == nil else { continue }
                #expect(answer.difference(from: wanted) == nil, "\(name)")
            }
        }
    }
}
