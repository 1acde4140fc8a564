import Base
package import Net

/// What `roost agent` is told by its flags and its environment.
package struct AgentConfiguration: Sendable {
    /// How predict requests are put together.
    package struct Batching: Sendable, Equatable {
        package var instancesMax: Int
        package var waitMax: Duration

        package init(instancesMax: Int = 32, waitMax: Duration = .milliseconds(5000)) {
            self.instancesMax = instancesMax
            self.waitMax = waitMax
        }
    }

    /// Where it listens.
    package let address: SocketAddress
    /// Where the component listens.
    package let component: SocketAddress
    package let batching: Batching?
    package let logging: PayloadSource?
    /// What the component's readiness probe asks for; nil where it has none that the agent can ask.
    package let probe: ComponentProbe?
    /// Flags that nobody knows.
    package let ignoredFlags: [String]

    /// The words of the environment that are read.
    package static let variables = ["ROOST_BIND_ADDRESS", "SERVING_READINESS_PROBE"]

    private static let values = PayloadSource.flags.union([
        "port", "address", "component-port", "max-batchsize", "max-latency", "workers", "logger-ca-cert-file",
    ])
    private static let switches: Set<String> = ["enable-batcher", "logger-tls-skip-verify"]

    /// Reads `--name value` and `--name=value`.
    package init(_ words: [String], environment: [String: String]) throws(AgentMisuse) {
        let flags = LooseFlags(words, values: Self.values, switches: Self.switches)
        ignoredFlags = flags.ignored
        let host = flags["address"] ?? environment["ROOST_BIND_ADDRESS"] ?? "0.0.0.0"
        address = try Self.address(host, flags, "port", usual: 9081)
        // Servers of a pod have its address; where that is all addresses, they are found on the machine's own.
        component = try Self.address(address.ip == 0 ? "127.0.0.1" : host, flags, "component-port", usual: 8080)
        batching = flags.has("enable-batcher") ? try Self.batching(flags) : nil
        logging = try PayloadSource(flags)
        probe = ComponentProbe(environment["SERVING_READINESS_PROBE"] ?? "")
    }

    private static func address(
        _ host: String,
        _ flags: LooseFlags,
        _ name: String,
        usual: Int
    ) throws(AgentMisuse) -> SocketAddress {
        guard let port = Int(flags[name] ?? String(usual)), let address = SocketAddress(host: host, port: port) else {
            throw AgentMisuse("--\(name) \(flags[name] ?? ""): no port at \(host)")
        }
        return address
    }

    private static func batching(_ flags: LooseFlags) throws(AgentMisuse) -> Batching {
        Batching(
            instancesMax: try number(flags, "max-batchsize") ?? 32,
            waitMax: .milliseconds(try number(flags, "max-latency") ?? 5000)
        )
    }

    /// A flag that counts something.
    static func number(_ flags: LooseFlags, _ name: String) throws(AgentMisuse) -> Int? {
        guard let text = flags[name] else { return nil }
        guard let number = Int(text), (1...1_000_000_000).contains(number) else {
            throw AgentMisuse("--\(name) must be a number above 0, was \"\(text)\"")
        }
        return number
    }
}

/// What a component's readiness probe asks for, as far as the agent asks it in the kubelet's stead.
package struct ComponentProbe: Sendable, Equatable {
    /// Nil where it is enough that the port can be connected to.
    package let path: String?

    /// Reads a probe's JSON; nil where it is none of HTTP or TCP.
    init?(_ text: String) {
        guard let json = try? JSON.parse(text) else { return nil }  // no probe, or one that is no JSON: nothing to ask
        if !json["httpGet"].isNull {
            path = json["httpGet"]["path"].string ?? "/"
        } else if !json["tcpSocket"].isNull {
            path = nil
        } else {
            return nil
        }
    }
}

/// The words do not say what to do.
package struct AgentMisuse: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
