package import Base
package import Net
package import Telemetry

/// What a gateway is told at its start.
package struct GatewayConfiguration: Sendable {
    /// The gateway's own port; 0 takes any.
    package var address: SocketAddress
    /// A further address to answer on where the machine allows it: the ingress Service's, port 80.
    package var ingressAddress: SocketAddress?
    /// The gateway's own port for TLS; nothing listens there while no listener of a Gateway is HTTPS.
    package var secureAddress: SocketAddress?
    /// The same at the ingress Service's address, port 443.
    package var secureIngressAddress: SocketAddress?
    /// Whether every request has a line in the log; without that, those of routes that ask for it have.
    package var logsAccess = false
    /// What writes these lines.
    package var lines = Log.writer
    /// Whether the ClusterIPs of Services answer.
    package var servesClusterIPs = true
    /// Threads that carry traffic.
    package var loops = 1
    /// How long an answer may pause after its head.
    package var idleTime = Duration.seconds(300)
    /// How long one attempt to reach an endpoint may take.
    package var connectTime = Duration.seconds(5)
    /// How long a request waits for an endpoint that takes it: readiness travels to the gateway and to the client on
    /// different ways, and the client's may be shorter; a replica that died is replaced within it.
    package var holdTime = Duration.seconds(5)
    /// How long requests may go on when the gateway ends.
    package var drainTime = Duration.seconds(10)
    /// Requests under way at once on one thread; further ones are told 503.
    package var requestsMax = 50_000
    /// What one client may take.
    package var limits = HTTPLimits()
    /// And what one connection of HTTP/2 may.
    package var http2 = HTTP2Limits()
    /// What its requests are traced by; nil for nothing.
    package var tracing: Tracing?

    var secureAddresses: [SocketAddress] { [secureAddress, secureIngressAddress].compactMap { $0 } }

    package init(address: SocketAddress = SocketAddress(ip: 0x7F00_0001, port: 7080)) { self.address = address }
}
