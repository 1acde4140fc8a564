import Base
import KubeClient
import KubeModel

/// Writes objects, lists and watch events in the form that a client asked for.
struct ObjectWriter: Sendable {
    let type: ResourceType
    let form: AnswerForm
    let now: WallTime

    /// One object.
    func object(_ object: KubeObject) -> JSON {
        switch form {
        case .object, .discovery: object.json
        case .table(let included): table([object], version: object.resourceVersion, included)
        case .metadataOnly: ObjectWriter.metadata(of: object)
        }
    }

    /// A list, as the bytes of its JSON.
    func list(_ list: ObjectList) -> [UInt8] {
        switch form {
        case .table(let included): return table(list.items, version: list.resourceVersion, included).bytes
        case .metadataOnly:
            let items = list.items.map { ObjectWriter.metadata(of: $0) }
            return bytes("PartialObjectMetadataList", "meta.k8s.io/v1", list.resourceVersion, items)
        case .object, .discovery:
            // Items of built-in lists leave out what the list says for all of them; custom ones carry it.
            let items = list.items.map { item -> JSON in
                guard !type.isCustom else { return item.json }
                var json = item.json
                json["kind"] = .null
                json["apiVersion"] = .null
                return json
            }
            return bytes("\(type.kind)List", type.id.apiVersion, list.resourceVersion, items)
        }
    }

    private func bytes(_ kind: String, _ apiVersion: String, _ version: String, _ items: [JSON]) -> [UInt8] {
        var output: [UInt8] = []
        output.append(utf8: "{\"kind\":\"\(kind)\",\"apiVersion\":\"\(apiVersion)\",\"metadata\":{")
        if type.isCustom { output.append(utf8: "\"continue\":\"\",") }
        output.append(utf8: "\"resourceVersion\":\"\(version)\"},\"items\":[")
        for (index, item) in items.enumerated() {
            if index > 0 { output.append(utf8: ",") }
            item.write(into: &output)
        }
        output.append(utf8: "]}")
        return output
    }

    /// One line of a watch; a Table tells its columns in the first event only.
    func line(_ event: WatchEvent, isFirst: Bool) -> [UInt8] {
        switch event {
        case .added(let object): line("ADDED", changed(object, isFirst))
        case .modified(let object): line("MODIFIED", changed(object, isFirst))
        case .deleted(let object): line("DELETED", changed(object, isFirst))
        case .bookmark(let version, let initialEventsEnd): line("BOOKMARK", bookmark(version, initialEventsEnd))
        }
    }

    /// The line that ends a watch with a failure.
    static func line(_ failure: APIStatus) -> [UInt8] {
        let event: JSON = ["type": "ERROR", "object": failure.json]
        return event.bytes + [0x0A]
    }

    private func line(_ type: String, _ object: JSON) -> [UInt8] {
        let event: JSON = ["type": .string(type), "object": object]
        return event.bytes + [0x0A]
    }

    private func changed(_ changed: KubeObject, _ isFirst: Bool) -> JSON {
        var json = object(changed)
        if case .table = form, !isFirst, var members = json.object {
            members["columnDefinitions"] = JSON.null
            json = .object(members)
        }
        return json
    }

    private func bookmark(_ version: String, _ initialEventsEnd: Bool) -> JSON {
        var object: JSON =
            switch form {
            case .table: table([], version: version, .none)
            case .metadataOnly: ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1"]
            default: ["kind": .string(type.kind), "apiVersion": .string(type.id.apiVersion)]
            }
        object["metadata"] = ["resourceVersion": .string(version), "creationTimestamp": .null]
        if initialEventsEnd { object["metadata"]["annotations"] = ["k8s.io/initial-events-end": "true"] }
        return object
    }

    private static func metadata(of object: KubeObject) -> JSON {
        ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object.metadata]
    }
}

extension ObjectWriter {
    private static let nameColumn = ResourceType.Column("Name", format: "name")

    private func table(_ objects: [KubeObject], version: String, _ included: AnswerForm.Included) -> JSON {
        let columns = type.columns.isEmpty ? [Self.nameColumn] : type.columns
        return [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": ["resourceVersion": .string(version)],
            "columnDefinitions": .array(columns.map { definition($0) }),
            "rows": .array(objects.map { row($0, included) }),
        ]
    }

    private func definition(_ column: ResourceType.Column) -> JSON {
        [
            "name": .string(column.name), "type": .string(column.type), "format": .string(column.format),
            "description": "", "priority": .int(Int64(column.priority)),
        ]
    }

    private func row(_ object: KubeObject, _ included: AnswerForm.Included) -> JSON {
        var row: JSON = ["cells": .array(type.row(object, now))]
        let conditions = type.rowConditions(object)
        if !conditions.isEmpty { row["conditions"] = .array(conditions) }
        switch included {
        case .none: break
        case .metadata: row["object"] = ObjectWriter.metadata(of: object)
        case .object: row["object"] = object.json
        }
        return row
    }
}
