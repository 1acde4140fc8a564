import Base
import KubeModel
enum MergePatch {
    static func apply(_ patch: JSON, to json: JSON) -> JSON {
        guard case .object(let members) = patch else { return patch }
        var result = json.object ?? [:]
        for (name, value) in members { result[name] = value.isNull ? nil : apply(value, to: result[name] ?? .null) }
        return .object(result)
    }
}
enum JSONPatch {
    static func apply(_ patch: JSON, to json: JSON) throws(APIStatus) -> JSON { throw .badRequest("not yet") }
}
enum StrategicMergePatch {
    static func apply(_ patch: JSON, to json: JSON, schema: Schema) throws(APIStatus) -> JSON {
        MergePatch.apply(patch, to: json)
    }
}
enum CustomResourceKind { static func types(of definition: KubeObject) -> [ResourceType] { [] } }
