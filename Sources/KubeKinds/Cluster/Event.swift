import Base
import KubeModel

/// Events: what happened to an object, for people.
enum EventKind {
    static let type = ResourceType.builtIn(.events, "Event", message: "core.Event", table: table) { type in
        type.shortNames = ["ev"]
        type.durability = .processDeath
        type.selectableFields =
            ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"]
            .map { "involvedObject.\($0)" } + ["reason", "reportingComponent", "source", "type"]
        type.applyDefaults = { event in
            event.json.setDefault("source", .emptyObject)
            event.json.setDefault("reportingComponent", "")
            event.json.setDefault("reportingInstance", "")
        }
        type.validate = validate
    }

    private static let table: [TableColumn] = [
        TableColumn("Last Seen") { event, now in .string(lastSeen(event, now)) },
        .text("Type") { $0.json.text("type") },
        .text("Reason") { $0.json.text("reason") },
        .text("Object", subject),
        .text("Subobject", wide: true) { $0["involvedObject"].text("fieldPath") },
        .text("Source", wide: true, source),
        .text("Message") { trimmed($0.json.text("message")) },
        TableColumn("First Seen", wide: true) { event, now in .string(firstSeen(event, now)) },
        .number("Count", wide: true) { event in
            event["series"]["count"].int ?? event["count"].int.flatMap { $0 == 0 ? nil : $0 } ?? 1
        },
        TableColumn("Name", format: "name", wide: true) { event, _ in .string(event.name) },
    ]

    private static func firstSeen(_ event: KubeObject, _ now: WallTime) -> String {
        Age.text(since: event["firstTimestamp"].isNull ? event["eventTime"] : event["firstTimestamp"], now: now)
    }

    private static func lastSeen(_ event: KubeObject, _ now: WallTime) -> String {
        let repeated = event["series"]["lastObservedTime"]
        if !repeated.isNull { return Age.text(since: repeated, now: now) }
        let last = event["lastTimestamp"]
        return last.isNull ? firstSeen(event, now) : Age.text(since: last, now: now)
    }

    private static func subject(_ event: KubeObject) -> String {
        let kind = event["involvedObject"].text("kind").lowercased()
        let name = event["involvedObject"].text("name")
        return name.isEmpty ? kind : "\(kind)/\(name)"
    }

    private static func source(_ event: KubeObject) -> String {
        let component = event["source"].text("component")
        let host = event["source"].text("host")
        let parts = [
            component.isEmpty ? event.json.text("reportingComponent") : component,
            host.isEmpty ? event.json.text("reportingInstance") : host,
        ]
        return parts[1].isEmpty ? parts[0] : parts.joined(separator: ", ")
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }

    private static func validate(_ event: KubeObject, _ old: KubeObject?) -> [FieldFault] {
        let namespace = event["involvedObject"].text("namespace")
        guard !namespace.isEmpty, namespace != event.namespace else { return [] }
        return [.invalid("involvedObject.namespace", .string(namespace), "does not match event.namespace")]
    }
}
