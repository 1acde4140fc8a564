import Base
package import KubeModel

/// What a write of Knative's kinds goes through: pure functions that an API server calls in process.
package enum ServerlessAdmission {
    /// The kinds that are completed and checked.
    package static let resources: Set<ResourceID> = [
        .knativeServices, .knativeConfigurations, .knativeRevisions, .knativeRoutes,
    ]

    /// Fills in an object that is created or changed.
    package static func applyDefaults(to object: inout KubeObject, old: KubeObject?, _ settings: ServerlessSettings) {
        guard !object.isTerminating else { return }
        let defaults = RevisionDefaults(defaults: settings.defaults)
        switch object.kind {
        case "Service", "Configuration":
            let template = object.spec["template"]
            let name = template["metadata"]["name"].string ?? ""
            // A revision that the user has named is as it was: defaults of today would make it another.
            if name.isEmpty || name != old?.spec["template"]["metadata"]["name"].string {
                var spec = template["spec"]
                defaults.apply(to: &spec, of: object)
                object.json[path: ["spec", "template", "spec"]] = spec
            }
        case "Revision":
            if old == nil { defaults.apply(to: &object.spec, of: object) }
        default: break
        }
        if ["Service", "Route"].contains(object.kind) { applyTrafficDefaults(to: &object) }
    }

    private static func applyTrafficDefaults(to object: inout KubeObject) {
        var traffic = object.spec["traffic"].array ?? []
        if traffic.isEmpty, object.kind == "Service" { traffic = [["percent": 100, "latestRevision": true]] }
        for index in traffic.indices {
            if traffic[index]["latestRevision"].isNull {
                traffic[index]["latestRevision"] = .bool(traffic[index]["revisionName"].string ?? "" == "")
            }
            if traffic[index]["percent"].isNull { traffic[index]["percent"] = 0 }
        }
        if !traffic.isEmpty { object.spec["traffic"] = .array(traffic) }
    }

    /// Refuses an object that cannot be right, or a change that is not allowed.
    package static func validate(
        _ object: KubeObject,
        old: KubeObject?,
        _ settings: ServerlessSettings
    ) throws(APIStatus) {
        guard !object.isTerminating else { return }
        let faults = faults(in: object, old: old, settings)
        guard faults.isEmpty else {
            throw APIStatus(
                .badRequest,
                "admission webhook \"validation.webhook.serving.knative.dev\" denied the request: validation failed: "
                    + faults.text
            )
        }
    }

    private static func faults(in object: KubeObject, old: KubeObject?, _ settings: ServerlessSettings) -> FaultList {
        var faults = FaultList()
        let check = TemplateCheck(settings: settings)
        checkName(object, &faults)
        if object.kind == "Revision" {
            check.check(annotations: object.annotations, "metadata.annotations", &faults)
            if let old { checkUnchanged(object, old, &faults) } else { check.check(spec: object.spec, "spec", &faults) }
            return faults
        }
        for name in object.annotations.keys where name.hasPrefix(ServingAnnotation.scalingGroup) {
            let hint = "autoscaling annotations must be put under \"spec.template.metadata.annotations\" to work"
            faults.add("invalid key name \"\(name)\"", at: "metadata.annotations", details: hint)
        }
        if object.kind != "Configuration", let found = RolloutDuration.annotation(of: object) {
            DurationCheck.check(found.value, "rollout-duration", "metadata.annotations.\(found.name)", &faults)
        }
        if object.kind != "Route" {
            check.check(object.spec["template"], of: object, &faults)
            if let old { checkRenamed(object.spec["template"], old.spec["template"], &faults) }
        }
        if object.kind != "Configuration" {
            let check = TrafficCheck(isOfService: object.kind == "Service")
            check.check(object.spec["traffic"].array ?? [], &faults)
        }
        return faults
    }

    private static func checkName(_ object: KubeObject, _ faults: inout FaultList) {
        guard let wrong = NameRule.dns1035Label.faults(object.name).first else { return }
        faults.add("not a DNS 1035 label: [\(wrong)]", at: "metadata.name")
    }

    /// Revisions never change.
    private static func checkUnchanged(_ object: KubeObject, _ old: KubeObject, _ faults: inout FaultList) {
        guard object.spec != old.spec else { return }
        let details = FieldChanges.text(from: old.spec, to: object.spec)
        faults.add("Immutable fields changed (-old +new)", at: "spec", details: details)
    }

    /// A template that names its revision makes a new one only under a new name.
    private static func checkRenamed(_ template: JSON, _ old: JSON, _ faults: inout FaultList) {
        guard let name = template["metadata"]["name"].string, !name.isEmpty,
            name == old["metadata"]["name"].string, template != old
        else { return }
        faults.add(
            "Saw the following changes without a name change (-old +new)",
            at: "spec.template.metadata.name",
            details: FieldChanges.text(from: old, to: template)
        )
    }
}

/// The members that differ between two values, for people.
private enum FieldChanges {
    static func text(from old: JSON, to new: JSON) -> String {
        lines("", old, new).joined(separator: "\n")
    }

    private static func lines(_ path: String, _ old: JSON, _ new: JSON) -> [String] {
        if old == new { return [] }
        if let left = old.object, let right = new.object {
            return Set(left.keys).union(right.keys).sorted().flatMap { lines("\(path).\($0)", old[$0], new[$0]) }
        }
        if let left = old.array, let right = new.array, left.count == right.count {
            return left.indices.flatMap { lines("\(path)[\($0)]", left[$0], right[$0]) }
        }
        return ["{\(path.dropFirst())}:", "\t-: \(old.text)", "\t+: \(new.text)"]
    }
}
