/// Bounds of the agent.
package enum AgentLimits {
    /// The longest request that is put into a batch, and the longest answer of a batch.
    package static let bodyMax = 256 << 20
    /// Events that wait for the sink …
    package static let eventsMax = 1000
    /// … and the bytes of their bodies.
    package static let eventBytesMax = 64 << 20
    /// The longest body that is logged; of longer ones no event is made.
    package static let loggedBodyMax = 16 << 20
    /// Events that are being sent at once, as upstream has workers.
    package static let sendersMax = 5
    /// How long the sink may take for one event.
    package static let sinkTime = Duration.seconds(10)
    /// How often losses are told.
    package static let reportTime = Duration.seconds(10)
    /// One side of a relay waits when more than this of the other's bytes is unsent.
    static let unsentMax = 256 * 1024
    /// How long the component may take for a probe.
    static let probeTime = Duration.seconds(1)
}
