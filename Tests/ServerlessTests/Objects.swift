import Base
import KubeModel
import Serverless

/// An object of Knative's, from YAML: `spec` and, where it matters, `status`, labels and annotations.
func knative(
    _ kind: String,
    _ name: String,
    _ yaml: String = "{}",
    labels: [String: String] = [:],
    annotations: [String: String] = [:],
    generation: Int = 1
) throws -> KubeObject {
    let resource = ResourceID("serving.knative.dev", "v1", "\(kind.lowercased())s")
    var object = KubeObject(resource, kind: kind, namespace: "default", name: name)
    object.metadata["uid"] = .string("uid-\(name)")
    object.metadata["generation"] = .int(Int64(generation))
    object.metadata["creationTimestamp"] = "2026-01-01T00:00:00Z"
    if !labels.isEmpty { object.metadata["labels"] = JSON(labels) }
    if !annotations.isEmpty { object.metadata["annotations"] = JSON(annotations) }
    let body = try YAML.parse(yaml).first ?? .null
    object.spec = body["spec"]
    object.status = body["status"]
    return object
}

/// The object after the webhook has completed it.
func completed(_ object: KubeObject, _ settings: ServerlessSettings = ServerlessSettings()) -> KubeObject {
    var object = object
    ServerlessAdmission.applyDefaults(to: &object, old: nil, settings)
    return object
}

let now = WallTime(seconds: 1_800_000_000)

extension JSON {
    /// The condition of a type in a status.
    func condition(_ type: String) -> JSON { Conditions(self["conditions"])[type] }

    /// `True`, or `False: Reason` of a condition in a status.
    func verdict(_ type: String) -> String {
        let condition = condition(type)
        let reason = condition["reason"].string.map { ": \($0)" } ?? ""
        return (condition["status"].string ?? "none") + reason
    }
}
