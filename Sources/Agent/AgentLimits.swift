/// Bounds of the agent.
package enum AgentLimits {
    /// The longest request that is put into a batch, and the longest answer of a batch.
    package static let bodyMax = 256 << 20
    /// Events that wait for the sink …
    package static let eventsMax = 1000
    /// … and the bytes of their bodies.
    package static let eventBytesMax = 64 << 20
    /// The longest payload that is shown, unless a flag says otherwise; events of longer ones say that they were.
    package static let loggedBodyMax = 16 << 20
    /// Bytes of payloads that are being copied at once; further ones are not shown.
    package static let copiedBytesMax = 64 << 20
    /// Paths of values that are not to be seen: a bit of 64 each.
    package static let redactionsMax = 64
    /// How deep JSON may be in which such values are looked for; what is deeper is not shown.
    package static let redactedDepthMax = 256
    /// How large a file of payloads grows, and how many there are of one replica, unless flags say otherwise.
    package static let payloadFileBytes = 16 << 20
    package static let payloadFiles = 4
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
