/// Events that wait for the sink, bounded in number and bytes; what does not fit is lost.
package struct PayloadQueue {
    private var waiting: [PayloadEvent] = []
    private var bytes = 0
    private var running = 0

    package init() {}

    /// Takes an event in; whether there was room.
    package mutating func add(_ event: PayloadEvent) -> Bool {
        let size = event.body.bytes.count
        guard waiting.count < AgentLimits.eventsMax, bytes + size <= AgentLimits.eventBytesMax else { return false }
        waiting.append(event)
        bytes += size
        return true
    }

    /// The next event to send, where a sender is free.
    package mutating func next() -> PayloadEvent? {
        guard running < AgentLimits.sendersMax, !waiting.isEmpty else { return nil }
        let event = waiting.removeFirst()
        running += 1
        return event
    }

    /// A sender has done with an event.
    package mutating func sent(_ event: PayloadEvent) {
        running -= 1
        bytes -= event.body.bytes.count
    }

    package var isIdle: Bool { running == 0 && waiting.isEmpty }
}
