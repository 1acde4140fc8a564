import Base
import KubeModel

/// CustomResourceDefinitions: kinds that users bring.
///
/// Whether names are accepted and the kind is served is told by the API server, which knows.
enum CustomResourceDefinitionKind {
    static let type: ResourceType = {
        var type = ResourceType(.customResourceDefinitions, kind: "CustomResourceDefinition", isNamespaced: false)
        type.shortNames = ["crd", "crds"]
        type.categories = ["api-extensions"]
        type.hasStatus = true
        type.generation = .onSpec
        type.setTable([.name, .createdAt])
        type.applyDefaults = applyDefaults
        type.validate = CustomResourceDefinitionValidation.faults
        type.checkMetadata(.dns1123Subdomain)
        return type
    }()

    private static func applyDefaults(_ definition: inout KubeObject) {
        definition.json.update("spec") { spec in
            spec.update("names") { names in
                let kind = names.text("kind")
                guard !kind.isEmpty else { return }
                names.setDefault("singular", .string(kind.lowercased()))
                names.setDefault("listKind", .string("\(kind)List"))
            }
            spec.setDefault("conversion", ["strategy": "None"])
        }
    }
}
