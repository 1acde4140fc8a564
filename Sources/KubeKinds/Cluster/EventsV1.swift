import Base
import KubeModel

/// events.k8s.io/v1: the same Events under the names that newer clients use.
enum EventsV1Kind {
    private static let id = ResourceID("events.k8s.io", "v1", "events")

    static let type: ResourceType = {
        var type = EventKind.type
        let stored = type
        type.id = id
        type.schema = .message("ev.Event")
        type.row = { event, now in stored.row(toCore(event), now) }
        type.conversion = ResourceType.Conversion(stored: .events, toStored: toCore, fromStored: fromCore)
        return type
    }()

    /// The names of events.k8s.io and those of the core group.
    private static let names = [
        ("regarding", "involvedObject"), ("note", "message"), ("reportingController", "reportingComponent"),
        ("deprecatedSource", "source"), ("deprecatedFirstTimestamp", "firstTimestamp"),
        ("deprecatedLastTimestamp", "lastTimestamp"), ("deprecatedCount", "count"),
    ]

    private static func toCore(_ event: KubeObject) -> KubeObject {
        guard event.apiVersion == id.apiVersion else { return event }
        return renamed(event, ResourceID.events, names.map { (from: $0.0, to: $0.1) })
    }

    private static func fromCore(_ event: KubeObject) -> KubeObject {
        renamed(event, id, names.map { (from: $0.1, to: $0.0) })
    }

    private static func renamed(
        _ event: KubeObject,
        _ version: ResourceID,
        _ names: [(from: String, to: String)]
    ) -> KubeObject {
        var event = event
        event["apiVersion"] = .string(version.apiVersion)
        for (from, to) in names {
            let value = event[from]
            event[from] = .null
            event[to] = value
        }
        return event
    }
}
