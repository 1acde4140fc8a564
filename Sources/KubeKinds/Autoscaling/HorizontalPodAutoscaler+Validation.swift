import Base
import KubeModel

/// The rules of a HorizontalPodAutoscaler, version 2.
enum AutoscalerValidation {
    static func faults(of spec: JSON) -> [FieldFault] {
        var faults: [FieldFault] = []
        let least = spec["minReplicas"].int
        let most = spec["maxReplicas"].int ?? 0
        if let least, least < 1 {
            faults.append(.invalid("spec.minReplicas", spec["minReplicas"], "must be greater than or equal to 1"))
        }
        if most < 1 { faults.append(.required("spec.maxReplicas", "must be set and greater than 0")) }
        if let least, most < least {
            let words = "must be greater than or equal to `minReplicas`"
            faults.append(.invalid("spec.maxReplicas", .int(Int64(most)), words))
        }
        faults += targetFaults(spec["scaleTargetRef"])
        for (index, metric) in spec.elements("metrics").enumerated() {
            faults += MetricValidation.faults(of: metric, at: "spec.metrics[\(index)]")
        }
        for rules in ["scaleUp", "scaleDown"] where !spec["behavior"][rules].isNull {
            faults += ruleFaults(spec["behavior"][rules], at: "spec.behavior.\(rules)")
        }
        return faults
    }

    private static func targetFaults(_ target: JSON) -> [FieldFault] {
        let path = "spec.scaleTargetRef"
        var faults = referenceFaults(target, at: path)
        if !target.text("apiVersion").contains("/") {
            let words = "apiVersion must specify API group"
            faults.append(.invalid("\(path).apiVersion", .string(target.text("apiVersion")), words))
        }
        return faults
    }

    /// A reference to an object by kind and name.
    static func referenceFaults(_ reference: JSON, at path: String) -> [FieldFault] {
        ["kind", "name"].flatMap { FieldChecks.named(.pathSegment, $0, in: reference, at: path) }
    }

    private static func ruleFaults(_ rules: JSON, at path: String) -> [FieldFault] {
        var faults: [FieldFault] = []
        if let window = rules["stabilizationWindowSeconds"].int {
            let place = "\(path).stabilizationWindowSeconds"
            let value = rules["stabilizationWindowSeconds"]
            if window < 0 { faults.append(.invalid(place, value, "must be greater than or equal to zero")) }
            if window > windowMax {
                faults.append(.invalid(place, value, "must be less than or equal to \(windowMax)"))
            }
        }
        faults += FieldChecks.oneOf(["Disabled", "Max", "Min"], "selectPolicy", in: rules, at: path)
        if let tolerance = Quantity(rules["tolerance"]), tolerance < Quantity.zero {
            faults.append(.invalid("\(path).tolerance", .string(tolerance.description), Words.notNegative))
        }
        if rules.elements("policies").isEmpty {
            faults.append(.required("\(path).policies", "must specify at least one Policy"))
        }
        for (index, policy) in rules.elements("policies").enumerated() {
            faults += policyFaults(policy, at: "\(path).policies[\(index)]")
        }
        return faults
    }

    /// Seconds over which recommendations may be kept.
    private static let windowMax = 3600
    /// Seconds over which a policy may count changes.
    private static let periodMax = 1800

    private static func policyFaults(_ policy: JSON, at path: String) -> [FieldFault] {
        var faults = FieldChecks.oneOf(["Percent", "Pods"], "type", in: policy, at: path)
        for member in ["value", "periodSeconds"] where policy[member].int ?? 0 <= 0 {
            let value = JSON.int(Int64(policy[member].int ?? 0))
            faults.append(.invalid("\(path).\(member)", value, "must be greater than zero"))
        }
        if let period = policy["periodSeconds"].int, period > periodMax {
            let words = "must be less than or equal to \(periodMax)"
            faults.append(.invalid("\(path).periodSeconds", policy["periodSeconds"], words))
        }
        return faults
    }
}
