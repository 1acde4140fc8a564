import Base
import Gateway
import KubeClient
import KubeModel
import Net
import Scaling

/// The gateway's flags, in `roost up` and alone.
enum GatewayPart {
    /// Where the gateway listens unless a flag says otherwise.
    static let port = 7080

    static let flags = [
        Flag("gateway-port", "N", "port of the gateway (default \(port); 0: any)"),
        Flag("gateway-host", "ADDRESS", "address of the gateway (default 127.0.0.1)"),
    ]

    /// The address that the flags ask for.
    static func address(_ invocation: Invocation) throws -> SocketAddress {
        let host = invocation["gateway-host"] ?? "127.0.0.1"
        let port = try invocation.integer("gateway-port", in: 0...65535) ?? port
        guard let address = SocketAddress(host: host, port: port) else {
            throw Misuse("--gateway-host must be an IPv4 address, was \"\(host)\"")
        }
        return address
    }
}

extension Command {
    static let gateway = Command(
        "gateway",
        summary: "the gateway: routes, ClusterIPs, traffic, and replicas by the load of it",
        flags: PartVerb.flags + GatewayPart.flags,
        run: { invocation in
            let parts = try await Parts(api: try await PartVerb.api(invocation))
            let (address, board) = (try GatewayPart.address(invocation), LoadBoard())
            let gateway = parts.gateway(address: address, metrics: MetricRegistry(), board: board)
            let autoscaler = parts.autoscaler(board: board)
            try await PartVerb.run(
                "gateway",
                invocation,
                whenUp: { "  gateway     http://\(try await parts.publish(gateway))\n" }
            ) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await gateway.run() }
                    group.addTask { try await autoscaler.run() }
                    for try await _ in group {}
                }
            }
        }
    )
}
