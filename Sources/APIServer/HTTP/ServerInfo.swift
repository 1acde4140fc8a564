import Base
import Net

/// The version that the server says it is: clients choose what they ask for by it.
enum ServerVersion {
    static let json: JSON = [
        "major": "1", "minor": "33", "gitVersion": "v1.33.0", "gitCommit": "", "gitTreeState": "clean",
        "buildDate": "2025-04-23T00:00:00Z", "goVersion": "go1.24.2", "compiler": "gc", "platform": "linux/amd64",
    ]
}

/// `/healthz`, `/livez` and `/readyz`: named checks, each of them true or not at the moment.
struct Health: Sendable {
    let checks: [(name: String, passes: @Sendable () -> Bool)]

    /// - Parameter name: the endpoint, or one check of it.
    func answer(_ name: String, verbose: Bool) -> HTTPReply {
        let endpoints = ["healthz", "livez", "readyz"]
        let asked = endpoints.contains(name) ? checks : checks.filter { $0.name == name }
        guard !asked.isEmpty else { return .text("404 page not found\n", status: 404) }
        let results = asked.map { (name: $0.name, passes: $0.passes()) }
        let isHealthy = results.allSatisfy(\.passes)
        if isHealthy, !verbose { return .text("ok") }
        let lines = results.map { $0.passes ? "[+]\($0.name) ok\n" : "[-]\($0.name) failed: not yet\n" }.joined()
        return .text("\(lines)\(name) check \(isHealthy ? "passed" : "failed")\n", status: isHealthy ? 200 : 500)
    }
}
