import Base
import KubeModel

/// Whether a pod and a node want each other: selectors, required affinity, taints and tolerations.
enum NodeAffinity {
    /// Whether the node has what the pod's nodeSelector and required node affinity ask for.
    static func matches(_ node: KubeObject, _ pod: KubeObject) -> Bool {
        guard LabelSelector(matchLabels: pod.spec["nodeSelector"].stringMap).matches(node.labels) else { return false }
        let required = pod.spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
        guard let terms = required["nodeSelectorTerms"].array else { return true }
        return terms.contains { matches(node, term: $0) }
    }

    /// The first taint that keeps the pod away, as `key: value`.
    static func untoleratedTaint(of node: KubeObject, for pod: KubeObject) -> String? {
        let tolerations = pod.spec["tolerations"].array ?? []
        return (node.spec["taints"].array ?? [])
            .first { taint in
                taint["effect"].string != "PreferNoSchedule" && !tolerations.contains { tolerates($0, taint) }
            }
            .map { "\($0["key"].string ?? ""): \($0["value"].string ?? "")" }
    }

    private static func matches(_ node: KubeObject, term: JSON) -> Bool {
        let expressions = term["matchExpressions"].array ?? []
        let fields = term["matchFields"].array ?? []
        guard !expressions.isEmpty || !fields.isEmpty else { return false }
        return expressions.allSatisfy { holds($0, node.labels[$0["key"].string ?? ""]) }
            && fields.allSatisfy { $0["key"].string == "metadata.name" && holds($0, node.name) }
    }

    private static func holds(_ expression: JSON, _ value: String?) -> Bool {
        let values = expression["values"].strings
        switch expression["operator"].string {
        case "In": return value.map { values.contains($0) } ?? false
        case "NotIn": return value.map { !values.contains($0) } ?? true
        case "Exists": return value != nil
        case "DoesNotExist": return value == nil
        case "Gt": return compare(value, values, by: >)
        case "Lt": return compare(value, values, by: <)
        default: return false
        }
    }

    private static func compare(_ value: String?, _ values: [String], by holds: (Int64, Int64) -> Bool) -> Bool {
        guard let number = value.flatMap({ Int64($0) }), let bound = values.first.flatMap({ Int64($0) }) else {
            return false
        }
        return holds(number, bound)
    }

    private static func tolerates(_ toleration: JSON, _ taint: JSON) -> Bool {
        if let effect = toleration["effect"].string, !effect.isEmpty, effect != taint["effect"].string { return false }
        let key = toleration["key"].string ?? ""
        let exists = toleration["operator"].string == "Exists"
        if key.isEmpty { return exists }
        guard key == taint["key"].string else { return false }
        return exists || toleration["value"].string ?? "" == taint["value"].string ?? ""
    }
}
