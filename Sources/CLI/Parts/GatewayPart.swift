import Autoscaler
import Base
import Gateway
import KubeClient
import KubeModel
import Net
import Scaling
import Statistics
import Telemetry

/// The gateway's flags, in `roost up` and alone.
enum GatewayPart {
    /// Where the gateway listens unless a flag says otherwise.
    static let port = 7080
    /// Where it listens for clients of TLS, as soon as a Gateway has a listener of HTTPS.
    static let securePort = 7444

    static let flags = [
        Flag("gateway-port", "N", "port of the gateway (default \(port); 0: any)"),
        Flag("gateway-https-port", "N", "port of the gateway's HTTPS listeners (default \(securePort))"),
        Flag("gateway-access-log", "a line in the log for each request, not only for routes that ask for it"),
        Flag("gateway-host", "ADDRESS", "address of the gateway (default 127.0.0.1)"),
    ]

    /// The addresses that the flags ask for.
    static func addresses(_ invocation: Invocation) throws -> (plain: SocketAddress, secure: SocketAddress) {
        let secure = try invocation.integer("gateway-https-port", in: 1...65535) ?? securePort
        let plain = try invocation.integer("gateway-port", in: 0...65535) ?? port
        return (try address(invocation, port: plain), try address(invocation, port: secure))
    }

    private static func address(_ invocation: Invocation, port: Int) throws -> SocketAddress {
        let host = invocation["gateway-host"] ?? "127.0.0.1"
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
            let (addresses, board) = (try GatewayPart.addresses(invocation), LoadBoard())
            let tracing = TracingPart.start("roost-gateway", .process)
            let gateway = parts.gateway(
                addresses,
                metrics: .process,
                board: board,
                arms: ArmBoard(shards: 1),
                logsAccess: invocation.has("gateway-access-log"),
                tracing: tracing
            )
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
            gateway.close()
            await tracing?.end(within: TracingPart.endTime)
        }
    )
}
