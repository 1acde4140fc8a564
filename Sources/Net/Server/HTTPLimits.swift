/// What one client may take of a server.
package struct HTTPLimits: Sendable {
    /// Bytes of a request's head, line and fields together.
    package var headBytes = 32 * 1024
    /// Fields of a request's head.
    package var headerCount = 100
    /// Bytes of a request's body, whatever a service would collect.
    package var bodyBytes = 1 << 40
    /// Time from a request's first byte to the end of its head; also for a TLS handshake.
    package var headTime = Duration.seconds(15)
    /// Time without a byte of a body that is not yet whole, or without a byte taken of an answer.
    package var stallTime = Duration.seconds(60)
    /// Time that a connection may stay open between requests.
    package var idleTime = Duration.seconds(120)
    /// Time that a connection between requests stays open when the server drains: a request may be on its way.
    package var lastRequestTime = Duration.milliseconds(100)
    /// Connections open at once; further ones are told 503.
    package var connections = 20_000

    package init() {}
}
