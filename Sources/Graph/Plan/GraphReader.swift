import Base
import GJSON
import Net

/// Reads the nodes of a graph; messages name the node and the step.
struct GraphReader {
    private let spec: [(name: String, node: JSON)]
    private let numbers: [String: Int]
    let root: Int

    init(_ json: JSON) throws(GraphDefect) {
        spec = (json["nodes"].object ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        guard spec.count <= GraphLimits.nodesMax else {
            throw GraphDefect("a graph of \(spec.count) nodes has more than \(GraphLimits.nodesMax)")
        }
        numbers = Dictionary(uniqueKeysWithValues: spec.enumerated().map { ($0.element.name, $0.offset) })
        guard let root = numbers["root"] else { throw GraphDefect("the graph has no node called root") }
        self.root = root
    }

    func nodes() throws(GraphDefect) -> [GraphPlan.Node] {
        var nodes: [GraphPlan.Node] = []
        for (name, node) in spec {
            guard let kind = GraphPlan.Kind(rawValue: node["routerType"].string ?? "") else {
                throw GraphDefect(
                    "node \(name): routerType \"\(node["routerType"].string ?? "")\" is none of a router's"
                )
            }
            var steps: [GraphPlan.Step] = []
            for (index, step) in (node["steps"].array ?? []).enumerated() {
                steps.append(try self.step(step, of: kind, at: "node \(name), step \(index)"))
            }
            guard !steps.isEmpty else { throw GraphDefect("node \(name): it has no steps") }
            nodes.append(GraphPlan.Node(name: name, kind: kind, steps: steps))
        }
        return nodes
    }

    private func step(_ json: JSON, of kind: GraphPlan.Kind, at place: String) throws(GraphDefect) -> GraphPlan.Step {
        let weight = json["weight"].int
        if kind == .splitter, !(0...100).contains(weight ?? -1) {
            throw GraphDefect("\(place): a splitter's step needs a weight from 0 to 100")
        }
        return GraphPlan.Step(
            name: json["name"].string ?? "",
            target: try target(json, at: place),
            takesResponse: json["data"].string == "$response",
            mapsPredictions: json["mapPredictionsToInstances"].bool ?? false,
            condition: try condition(json, at: place),
            weight: weight ?? 0,
            isHard: json["dependency"].string == "Hard"
        )
    }

    private func target(_ json: JSON, at place: String) throws(GraphDefect) -> GraphPlan.Target {
        if let name = json["nodeName"].string, !name.isEmpty {
            guard let number = numbers[name] else { throw GraphDefect("\(place): there is no node called \(name)") }
            return .node(number)
        }
        let url = json["serviceUrl"].string ?? ""
        guard let address = WebAddress(url) else {
            throw GraphDefect("\(place): serviceUrl \"\(url)\" is no URL of http")
        }
        return .service(address)
    }

    private func condition(_ json: JSON, at place: String) throws(GraphDefect) -> GJSONPath? {
        guard let text = json["condition"].string, !text.isEmpty else { return nil }
        do {
            return try GJSONPath(text)
        } catch {
            throw GraphDefect("\(place): condition: \(error)")
        }
    }
}
