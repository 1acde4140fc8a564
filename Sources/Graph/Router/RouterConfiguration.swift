import Base
package import Net

/// What `roost router` is told by its flags and its environment.
package struct RouterConfiguration: Sendable {
    package let plan: GraphPlan
    package let headers: HeaderRules
    package let address: SocketAddress
    /// Flags that nobody knows; arguments of several places are put one behind the other.
    package let ignoredFlags: [String]

    /// The words of the environment that are read.
    package static let variables = ["PROPAGATE_HEADERS", "ROOST_BIND_ADDRESS"]

    /// Reads `--name value` and `--name=value`.
    package init(_ words: [String], environment: [String: String]) throws(RouterMisuse) {
        let flags = LooseFlags(words, values: ["graph-json", "port", "address"])
        guard let text = flags["graph-json"] else { throw RouterMisuse("--graph-json is missing") }
        plan = try RouterConfiguration.plan(text)
        headers = HeaderRules(environment["PROPAGATE_HEADERS"] ?? "")
        let host = flags["address"] ?? environment["ROOST_BIND_ADDRESS"] ?? "0.0.0.0"
        guard let port = Int(flags["port"] ?? "8080"), let address = SocketAddress(host: host, port: port) else {
            throw RouterMisuse("--address \(host) --port \(flags["port"] ?? "8080"): no address to listen on")
        }
        self.address = address
        ignoredFlags = flags.ignored
    }

    private static func plan(_ text: String) throws(RouterMisuse) -> GraphPlan {
        let spec: JSON
        do throws(JSONDefect) { spec = try JSON.parse(text) } catch {
            throw RouterMisuse("--graph-json is no JSON: \(error)")
        }
        do throws(GraphDefect) { return try GraphPlan(spec) } catch { throw RouterMisuse("--graph-json: \(error)") }
    }
}

/// The words do not say what to serve.
package struct RouterMisuse: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
