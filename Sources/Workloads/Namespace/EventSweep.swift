package import Base
package import KubeModel

/// Which Events are old enough to go, or too many to stay.
package enum EventSweep {
    /// How long an Event is kept after it was last seen.
    package static let lifetime: Duration = .seconds(3600)
    /// Most Events that are kept; the oldest go first.
    package static let keptMax = 10_000

    /// Decides from all Events.
    package static func surplus(_ events: [KubeObject], now: WallTime) -> [ObjectKey] {
        let dated = events.map { (key: $0.key, seen: lastSeen($0) ?? now) }.sorted { $0.seen < $1.seen }
        let excess = max(0, dated.count - keptMax)
        return dated.enumerated().filter { $0.offset < excess || $0.element.seen + lifetime <= now }.map(\.element.key)
    }

    private static func lastSeen(_ event: KubeObject) -> WallTime? {
        let texts = [
            event["series"]["lastObservedTime"], event["lastTimestamp"], event["eventTime"],
            event["firstTimestamp"],
        ]
        return texts.lazy.compactMap(\.string).compactMap { WallTime(rfc3339: $0) }.first ?? event.creationTime
    }
}
