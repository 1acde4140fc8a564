/// What one client may take of a server by HTTP/2, besides what `HTTPLimits` says.
package struct HTTP2Limits: Sendable {
    /// Requests in hand at once on one connection; further ones are refused, to be tried again.
    package var streams = 256
    /// Bytes of a request's body that may come before the service has taken them.
    package var streamWindow = 256 * 1024
    /// Bytes of all bodies of a connection that may be under way.
    package var connectionWindow = 1 << 20
    /// Frames that bring nothing (PING, SETTINGS, empty DATA …) at once, and in every second after that.
    package var idleFrames = 1000
    package var idleFramesPerSecond = 100
    /// Requests that are broken off at once, and in every second after that.
    package var resets = 500
    package var resetsPerSecond = 50
    /// Time that clients have to hear of a shutdown before later requests are turned away.
    package var shutdownNoticeTime = Duration.seconds(1)

    package init() {}
}
