import Base
import KubeModel

/// Jobs: pods that run to their end, so many times.
enum JobKind {
    static let type = ResourceType.builtIn(.jobs, "Job", message: "batch.Job", table: JobTable.columns) { type in
        type.categories = ["all"]
        type.hasStatus = true
        type.generation = .onSpec
        type.selectableFields = ["status.successful"]
        type.applyDefaults = applyDefaults
        type.prepareForCreate = prepareForCreate
        type.validate = validate
    }

    private static func applyDefaults(_ job: inout KubeObject) {
        job.json.update("spec") { spec in
            if spec["completions"].isNull, spec["parallelism"].isNull { spec["completions"] = 1 }
            spec.setDefault("parallelism", 1)
            spec.setDefault("backoffLimit", 6)
            spec.setDefault("completionMode", "NonIndexed")
            spec.setDefault("suspend", false)
            spec.setDefault("manualSelector", false)
            let policy: JSON = spec["podFailurePolicy"].isNull ? "TerminatingOrFailed" : "Failed"
            spec.setDefault("podReplacementPolicy", policy)
            Template.applyDefaults(&spec)
        }
        if job.labels.isEmpty { job.metadata["labels"] = job.json[path: templateLabels] }
    }

    /// Ties the pods to this Job: by its uid, unless the writer has a selector of his own.
    private static func prepareForCreate(_ job: inout KubeObject) {
        job.status = .emptyObject
        guard job.spec["manualSelector"].bool != true else { return }
        let ties = [
            "batch.kubernetes.io/controller-uid": job.uid, "controller-uid": job.uid,
            "batch.kubernetes.io/job-name": job.name, "job-name": job.name,
        ]
        let labels = job.json[path: templateLabels].stringMap.merging(ties) { _, tie in tie }
        job.json[path: templateLabels] = JSON(labels)
        if job.labels.isEmpty { job.metadata["labels"] = JSON(labels) }
        job.json[path: ["spec", "selector", "matchLabels", "batch.kubernetes.io/controller-uid"]] = .string(job.uid)
    }

    private static let templateLabels = ["spec", "template", "metadata", "labels"]

    private static func validate(_ job: KubeObject, _ old: KubeObject?) -> [FieldFault] {
        let spec = job.spec
        let numbers = [
            "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished",
        ]
        var faults = FieldChecks.notNegative(numbers, in: spec, at: "spec")
        faults += FieldChecks.oneOf(["NonIndexed", "Indexed"], "completionMode", in: spec, at: "spec")
        if spec["selector"].isNull {
            faults.append(.required("spec.selector"))
        } else {
            faults += FieldChecks.selector(spec["selector"], at: "spec.selector")
        }
        faults += Template.templateFaults(spec, selector: spec["selector"], place: .endingTemplate)
        if let old { faults += changeFaults(from: old.spec, to: spec) }
        return faults
    }

    private static func changeFaults(from old: JSON, to new: JSON) -> [FieldFault] {
        var members = ["selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex"]
        if old["completionMode"].string != "Indexed" { members.append("completions") }
        if old["suspend"].bool != true { members.append("template") }
        return members.flatMap { FieldChecks.immutable($0, from: old, to: new, at: "spec") }
    }
}
