import Base
import KubeModel

/// ReplicaSets: so many pods of one template.
enum ReplicaSetKind {
    static let type = ResourceType.builtIn(
        .replicaSets,
        "ReplicaSet",
        message: "apps.ReplicaSet",
        table: table
    ) { type in
        type.shortNames = ["rs"]
        type.categories = ["all"]
        type.hasStatus = true
        type.scale = Template.scale
        type.generation = .onSpec
        type.applyDefaults = applyDefaults
        type.prepareForCreate = { $0.status = ["replicas": 0] }
        type.validate = validate
    }

    private static let table: [TableColumn] = [
        .name,
        .number("Desired", type: "integer") { $0.spec["replicas"].int ?? 0 },
        .number("Current", type: "integer") { $0.status["replicas"].int ?? 0 },
        .number("Ready", type: "integer") { $0.status["readyReplicas"].int ?? 0 },
        .age,
        TemplateColumns.containers,
        TemplateColumns.images,
        TemplateColumns.selector,
    ]

    private static func applyDefaults(_ set: inout KubeObject) {
        set.json.update("spec") { spec in
            spec.setDefault("replicas", 1)
            Template.applyDefaults(&spec)
        }
    }

    private static func validate(_ set: KubeObject, _ old: KubeObject?) -> [FieldFault] {
        var faults = FieldChecks.notNegative(["replicas", "minReadySeconds"], in: set.spec, at: "spec")
        faults += Template.faults(of: set.spec, ownerName: "replicaset")
        if let old { faults += FieldChecks.immutable("selector", from: old.spec, to: set.spec, at: "spec") }
        return faults
    }
}
