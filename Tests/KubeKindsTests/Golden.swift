import Base
import Foundation
import KubeKinds
import KubeModel
import Testing

/// Recorded answers of a real API server.
enum Golden {
    /// A fixture that is one JSON value.
    static func json(_ name: String) throws -> JSON { try JSON.parse(bytes(name, "json")) }

    /// A fixture with one JSON value a line.
    static func lines(_ name: String) throws -> [JSON] {
        try bytes(name, "jsonl").split(separator: UInt8(ascii: "\n")).map { try JSON.parse(Array($0)) }
    }

    private static func bytes(_ name: String, _ type: String) throws -> [UInt8] {
        let url = Bundle.module.url(forResource: name, withExtension: type, subdirectory: "Fixtures")
        return [UInt8](try Data(contentsOf: try #require(url)))
    }
}

/// The kind that a recorded path is about: `/apis/apps/v1/namespaces/x/deployments`.
func kind(atPath path: String) throws -> ResourceType {
    let type = BuiltInKinds.all.first { type in
        let parts = path.split(separator: "/")
        return path.hasPrefix(type.id.group.isEmpty ? "/api/v1/" : "/apis/\(type.id.apiVersion)/")
            && parts.last.map(String.init) == type.id.plural
    }
    return try #require(type, "\(path)")
}

/// An object as the API server hands it to a kind: defaulted, with its identity, prepared.
func admitted(_ body: JSON, _ type: ResourceType, like stored: KubeObject? = nil) -> KubeObject {
    if let conversion = type.conversion, let storedType = BuiltInKinds.all.first(where: { $0.id == conversion.stored })
    {
        let converted = conversion.toStored(KubeObject(body)).json
        return conversion.fromStored(admitted(converted, storedType, like: stored))
    }
    var object = KubeObject(body)
    type.applyDefaults(&object)
    object["kind"] = .string(type.kind)
    object["apiVersion"] = .string(type.id.apiVersion)
    if type.isNamespaced { object.metadata["namespace"] = .string(stored?.namespace ?? "err") }
    object.metadata["uid"] = .string(stored?.uid ?? "")
    object.metadata["creationTimestamp"] = stored?.metadata["creationTimestamp"] ?? .null
    type.prepareForCreate(&object)
    return object
}
