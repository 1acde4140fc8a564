import Base
import KubeModel

/// The rules of a Deployment.
enum DeploymentValidation {
    static func faults(_ deployment: KubeObject, _ old: KubeObject?) -> [FieldFault] {
        let spec = deployment.spec
        var faults = FieldChecks.notNegative(["replicas"], in: spec, at: "spec")
        faults += Template.faults(of: spec, ownerName: "deployment")
        faults += strategyFaults(spec["strategy"])
        let numbers = ["minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"]
        faults += FieldChecks.notNegative(numbers, in: spec, at: "spec")
        if let deadline = spec["progressDeadlineSeconds"].int, deadline <= spec["minReadySeconds"].int ?? 0 {
            let words = "must be greater than minReadySeconds"
            faults.append(.invalid("spec.progressDeadlineSeconds", spec["progressDeadlineSeconds"], words))
        }
        if let old { faults += FieldChecks.immutable("selector", from: old.spec, to: spec, at: "spec") }
        return faults
    }

    private static func strategyFaults(_ strategy: JSON) -> [FieldFault] {
        let path = "spec.strategy"
        switch strategy["type"].string {
        case "Recreate":
            let words = "may not be specified when strategy `type` is 'Recreate'"
            return strategy["rollingUpdate"].isNull ? [] : [.forbidden("\(path).rollingUpdate", words)]
        case "RollingUpdate": return rollingFaults(strategy["rollingUpdate"], at: "\(path).rollingUpdate")
        default: return FieldChecks.oneOf(["Recreate", "RollingUpdate"], "type", in: strategy, at: path)
        }
    }

    private static func rollingFaults(_ update: JSON, at path: String) -> [FieldFault] {
        var faults = ["maxUnavailable", "maxSurge"].flatMap { share(update[$0], at: "\(path).\($0)") }
        if isZero(update["maxUnavailable"]), isZero(update["maxSurge"]) {
            let words = "may not be 0 when `maxSurge` is 0"
            faults.append(.invalid("\(path).maxUnavailable", update["maxUnavailable"], words))
        }
        if let percent = percent(update["maxUnavailable"]), percent > 100 {
            let words = "must not be greater than 100%"
            faults.append(.invalid("\(path).maxUnavailable", update["maxUnavailable"], words))
        }
        return faults
    }

    /// A number of pods or a share of them.
    private static func share(_ value: JSON, at path: String) -> [FieldFault] {
        if let text = value.string { return NameRule.percent.faults(text).map { .invalid(path, value, $0) } }
        guard let number = value.int, number < 0 else { return [] }
        return [.invalid(path, value, Words.notNegative)]
    }

    private static func percent(_ value: JSON) -> Int? {
        guard let text = value.string, text.hasSuffix("%") else { return nil }
        return Int(text.dropLast())
    }

    private static func isZero(_ value: JSON) -> Bool { (percent(value) ?? value.int ?? 0) == 0 }
}
