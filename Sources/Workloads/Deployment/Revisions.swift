import Base
import KubeModel

/// Which ReplicaSet stands for the Deployment's present template, and what every one is called and remembers.
enum Revisions {
    /// The label by which the pods of one template are told from those of another.
    static let hashLabel = "pod-template-hash"
    /// How many superseded revision numbers a ReplicaSet remembers, in characters.
    private static let historyMax = 2000

    /// The oldest ReplicaSet with the Deployment's template.
    static func current(of deployment: Deployment, among sets: [ReplicaSet]) -> ReplicaSet? {
        let wanted = unlabelled(deployment.template)
        return ReplicaSet.oldestFirst(sets).first { unlabelled($0.object.spec["template"]) == wanted }
    }

    /// Whether two templates make the same pods.
    static func isSame(_ left: JSON, _ right: JSON) -> Bool { unlabelled(left) == unlabelled(right) }

    /// The ReplicaSet for the Deployment's present template.
    static func makeReplicaSet(for deployment: Deployment, revision: Int, replicas: Int) -> ReplicaSet {
        let hash = hash(of: deployment.template, collisionCount: deployment.collisionCount)
        let owner = deployment.object
        var set = KubeObject(
            .replicaSets,
            kind: "ReplicaSet",
            namespace: owner.namespace,
            name: "\(owner.name)-\(hash)"
        )
        var template = deployment.template
        template[path: ["metadata", "labels", hashLabel]] = .string(hash)
        var selector = owner.spec["selector"]
        selector[path: ["matchLabels", hashLabel]] = .string(hash)
        set.metadata["labels"] = template["metadata"]["labels"]
        set.setController(owner)
        set.spec = ["replicas": .int(Int64(replicas)), "selector": selector, "template": template]
        if deployment.minReadySeconds > 0 { set.spec["minReadySeconds"] = .int(Int64(deployment.minReadySeconds)) }
        return sized(annotated(ReplicaSet(set), for: deployment, revision: revision), for: deployment, replicas)
    }

    /// A ReplicaSet with the Deployment's annotations and at least this revision.
    static func annotated(_ set: ReplicaSet, for deployment: Deployment, revision: Int) -> ReplicaSet {
        var set = set
        var annotations = set.object.annotations
        for (name, value) in deployment.object.annotations where !Annotation.ownToDeployment.contains(name) {
            annotations[name] = value
        }
        if set.revision < revision {
            if let before = annotations[Annotation.revision], !before.isEmpty {
                let history = [annotations[Annotation.revisionHistory] ?? "", before].filter { !$0.isEmpty }
                annotations[Annotation.revisionHistory] = String(history.joined(separator: ",").suffix(historyMax))
            }
            annotations[Annotation.revision] = String(revision)
        }
        set.object.metadata["annotations"] = JSON(annotations)
        if set.object.spec["minReadySeconds"].int ?? 0 != deployment.minReadySeconds {
            set.object.spec["minReadySeconds"] = .int(Int64(deployment.minReadySeconds))
        }
        return set
    }

    /// A ReplicaSet of another size; it remembers the Deployment's own size, by which a later scaling is noticed.
    static func sized(_ set: ReplicaSet, for deployment: Deployment, _ replicas: Int) -> ReplicaSet {
        var set = set
        set.replicas = replicas
        var annotations = set.object.annotations
        annotations[Annotation.desiredReplicas] = String(deployment.replicas)
        annotations[Annotation.maxReplicas] = String(deployment.replicas + deployment.bounds.maxSurge)
        set.object.metadata["annotations"] = JSON(annotations)
        return set
    }

    /// The empty old ReplicaSets beyond the history that is kept, oldest first.
    static func surplus(_ old: [ReplicaSet], limit: Int) -> [ReplicaSet] {
        let empty = old.filter { $0.replicas == 0 && $0.current == 0 && $0.isObserved && !$0.object.isTerminating }
        guard limit < empty.count else { return [] }
        let byRevision = empty.sorted { ($0.revision, $0.name) < ($1.revision, $1.name) }
        return Array(byRevision.prefix(empty.count - max(0, limit)))
    }

    /// The letters that tell a template from others; a collision count tells apart two that happen to agree.
    private static func hash(of template: JSON, collisionCount: Int) -> String {
        let salt = collisionCount > 0 ? "\(collisionCount)" : ""
        return StableHash.letters(10, of: unlabelled(template).text + salt)
    }

    private static func unlabelled(_ template: JSON) -> JSON {
        var template = template.withoutNulls
        template[path: ["metadata", "labels", hashLabel]] = .null
        return template
    }
}
