import Base
import KubeModel

/// `kubectl get jobs`.
enum JobTable {
    static let columns: [TableColumn] = [
        .name,
        .text("Status", state),
        .text("Completions", completions),
        TableColumn("Duration") { job, now in .string(duration(job, now)) },
        .age,
        TemplateColumns.containers,
        TemplateColumns.images,
        TemplateColumns.selector,
    ]

    private static func state(_ job: KubeObject) -> String {
        let conditions = Conditions(job.status["conditions"])
        if conditions.isTrue("Complete") { return "Complete" }
        if conditions.isTrue("Failed") { return "Failed" }
        if job.isTerminating { return "Terminating" }
        return ["Suspended", "FailureTarget", "SuccessCriteriaMet"].first(where: conditions.isTrue) ?? "Running"
    }

    private static func completions(_ job: KubeObject) -> String {
        let succeeded = job.status["succeeded"].int ?? 0
        if let wanted = job.spec["completions"].int { return "\(succeeded)/\(wanted)" }
        let parallelism = job.spec["parallelism"].int ?? 0
        return parallelism > 1 ? "\(succeeded)/1 of \(parallelism)" : "\(succeeded)/1"
    }

    private static func duration(_ job: KubeObject, _ now: WallTime) -> String {
        guard let start = job.status["startTime"].string.flatMap({ WallTime(rfc3339: $0) }) else { return "" }
        let end = job.status["completionTime"].string.flatMap { WallTime(rfc3339: $0) }
        return HumanDuration.text((end ?? now) - start)
    }
}
