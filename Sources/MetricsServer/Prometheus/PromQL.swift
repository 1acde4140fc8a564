package import KubeModel

/// Writes the queries that metrics stand for where nobody has written one.
package enum PromQL {
    /// The sum of a metric's series whose labels are as the selector says.
    package static func total(_ metric: String, _ selector: LabelSelector) throws(PrometheusFault) -> String {
        "sum(\(try selected(metric, [], selector)))"
    }

    /// The same for one object of a namespace, by the label that Prometheus calls the object's kind.
    package static func total(
        _ metric: String,
        of label: String,
        _ name: String,
        namespace: String?,
        _ selector: LabelSelector
    ) throws(PrometheusFault) -> String {
        let own = namespace.map { [matcher("namespace", "=", $0)] } ?? []
        return "sum(\(try selected(metric, own + [matcher(label, "=", name)], selector)))"
    }

    /// A metric by pod, for the named pods of a namespace.
    package static func byPod(
        _ metric: String,
        _ pods: [String],
        namespace: String,
        _ selector: LabelSelector
    ) throws(PrometheusFault) -> String {
        let names = pods.map { $0.replacing(".", with: "\\.") }.joined(separator: "|")
        let own = [matcher("namespace", "=", namespace), matcher("pod", "=~", names)]
        return "sum by (pod) (\(try selected(metric, own, selector)))"
    }

    private static func selected(
        _ metric: String,
        _ own: [String],
        _ selector: LabelSelector
    ) throws(PrometheusFault) -> String {
        guard isName(metric, colons: true) else {
            throw PrometheusFault("\"\(metric)\" is no name of a metric in Prometheus: annotate a query of your own")
        }
        var matchers = own
        for requirement in selector.requirements { matchers.append(try matcher(requirement)) }
        return matchers.isEmpty ? metric : "\(metric){\(matchers.joined(separator: ","))}"
    }

    private static func matcher(_ requirement: LabelSelector.Requirement) throws(PrometheusFault) -> String {
        guard isName(requirement.key, colons: false) else {
            throw PrometheusFault("\"\(requirement.key)\" is no label of Prometheus: annotate a query of your own")
        }
        // Values of labels are letters, digits, dots, dashes and underscores: the dot alone means something else here.
        let values = requirement.values.map { $0.replacing(".", with: "\\.") }.joined(separator: "|")
        switch requirement.operator {
        case .equals, .doubleEquals: return matcher(requirement.key, "=", requirement.values.first ?? "")
        case .notEquals: return matcher(requirement.key, "!=", requirement.values.first ?? "")
        case .in: return matcher(requirement.key, "=~", values)
        case .notIn: return matcher(requirement.key, "!~", values)
        case .exists: return matcher(requirement.key, "!=", "")
        case .doesNotExist: return matcher(requirement.key, "=", "")
        case .greaterThan, .lessThan:
            throw PrometheusFault("labels of Prometheus cannot be compared by \(requirement.operator.rawValue)")
        }
    }

    private static func matcher(_ label: String, _ relation: String, _ value: String) -> String {
        let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return "\(label)\(relation)\"\(escaped)\""
    }

    private static func isName(_ text: String, colons: Bool) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
            case 0x3A: colons
            default: false
            }
        }
    }
}
