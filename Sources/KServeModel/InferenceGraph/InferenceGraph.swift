import Base
package import KubeModel

/// A graph of services that requests walk through.
package struct InferenceGraph: Sendable {
    package let object: KubeObject

    package init(_ object: KubeObject) { self.object = object }

    /// The first fault of the graph.
    var firstFault: String? {
        guard InferenceService.isName(object.name) else {
            return "the InferenceGraph \"\(object.name)\" is invalid: a InferenceGraph name must consist of lower case "
                + "alphanumeric characters or '-', and must start with alphabetical character. (e.g. \"my-name\" or "
                + "\"abc-123\", regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
        }
        let nodes = object.spec["nodes"].object ?? [:]
        guard nodes["root"] != nil else {
            return "root node not found, InferenceGraph needs a node with name 'root' as the root node of the graph"
        }
        return nodes.sorted { $0.key < $1.key }.lazy.compactMap { self.fault(of: $0.value, $0.key) }.first
    }

    private func fault(of node: JSON, _ name: String) -> String? {
        let steps = node["steps"].array ?? []
        var names: Set<String> = []
        for (index, step) in steps.enumerated() {
            let stepName = step["name"].string ?? ""
            if !stepName.isEmpty, !names.insert(stepName).inserted {
                return "Node \"\(name)\" of InferenceGraph \"\(object.name)\" contains more than one step with name "
                    + "\"\(stepName)\""
            }
            let targets = ["nodeName", "serviceName", "serviceUrl"].filter { step[$0].string?.isEmpty == false }
            if targets.count == 1 { continue }
            let place = "Step \(index) (\"\(stepName)\") in node \"\(name)\" of InferenceGraph \"\(object.name)\""
            return targets.isEmpty
                ? "\(place) does not specify an inference target" : "\(place) specifies more than one inference target"
        }
        return node["routerType"].string == "Splitter" ? splitterFault(steps, name) : nil
    }

    private func splitterFault(_ steps: [JSON], _ name: String) -> String? {
        let place = "InferenceGraph[\(object.name)] Node[\(name)]"
        if let index = steps.firstIndex(where: { $0["weight"].int == nil }) {
            return "\(place) Route[\(steps[index]["serviceName"].string ?? "")] missing the 'Weight'"
        }
        let weights = steps.compactMap { $0["weight"].int }
        let isWhole = weights.allSatisfy((0...100).contains) && weights.reduce(0, +) == 100
        return isWhole
            ? nil : "\(place) splitter node: the sum of traffic weights for all routing targets should be 100"
    }
}
