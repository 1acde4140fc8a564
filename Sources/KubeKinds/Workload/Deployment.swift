import Base
import KubeModel

/// Deployments: a template of pods, so many at a time, rolled over when it changes.
enum DeploymentKind {
    static let type = ResourceType.builtIn(
        .deployments,
        "Deployment",
        message: "apps.Deployment",
        table: table
    ) { type in
        type.shortNames = ["deploy"]
        type.categories = ["all"]
        type.hasStatus = true
        type.scale = Template.scale
        type.generation = .onSpecAndAnnotations
        type.applyDefaults = applyDefaults
        type.prepareForCreate = { $0.status = .emptyObject }
        type.validate = DeploymentValidation.faults
    }

    private static let table: [TableColumn] = [
        .name,
        .text("Ready") { "\($0.status["readyReplicas"].int ?? 0)/\($0.spec["replicas"].int ?? 0)" },
        .number("Up-to-date") { $0.status["updatedReplicas"].int ?? 0 },
        .number("Available") { $0.status["availableReplicas"].int ?? 0 },
        .age,
        TemplateColumns.containers,
        TemplateColumns.images,
        TemplateColumns.selector,
    ]

    private static func applyDefaults(_ deployment: inout KubeObject) {
        deployment.json.update("spec") { spec in
            spec.setDefault("replicas", 1)
            spec.setDefault("revisionHistoryLimit", 10)
            spec.setDefault("progressDeadlineSeconds", 600)
            spec.setDefault("strategy", .emptyObject)
            spec.update("strategy", completeStrategy)
            Template.applyDefaults(&spec)
        }
    }

    private static func completeStrategy(_ strategy: inout JSON) {
        strategy.setDefault("type", "RollingUpdate")
        guard strategy["type"].string == "RollingUpdate" else { return }
        strategy.setDefault("rollingUpdate", .emptyObject)
        strategy.update("rollingUpdate") { update in
            update.setDefault("maxUnavailable", "25%")
            update.setDefault("maxSurge", "25%")
        }
    }
}
