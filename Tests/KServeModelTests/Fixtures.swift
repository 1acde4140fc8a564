import Base
import Foundation
import KServeModel
import KubeModel

/// A JSON file of this target's Fixtures.
func fixture(_ name: String) throws -> JSON {
    let folder = Bundle.module.bundleURL.appendingPathComponent("Fixtures")
    return try JSON.parse(Array(try Data(contentsOf: folder.appendingPathComponent(name))))
}

/// An InferenceService with this YAML as its spec, as a user would write it.
func service(
    _ spec: String,
    name: String = "iris",
    annotations: [String: String] = [:]
) throws -> InferenceService {
    var object = KubeObject(.inferenceServices, kind: "InferenceService", namespace: "default", name: name)
    object.spec = try YAML.parse(spec).first ?? .null
    if !annotations.isEmpty { object.metadata["annotations"] = JSON(annotations) }
    return InferenceService(object)
}

/// The shipped objects of a kind.
func shipped(_ kind: String) throws -> [KubeObject] { try KServeData.objects().filter { $0.kind == kind } }

/// The platform's configuration as shipped.
func shippedConfiguration() throws -> PlatformConfiguration {
    try PlatformConfiguration(configMap: shipped("ConfigMap").first)
}
