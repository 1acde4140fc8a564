/// Looks through all ways through a graph before the first request takes one.
struct GraphPaths {
    private let nodes: [GraphPlan.Node]

    init(_ nodes: [GraphPlan.Node]) { self.nodes = nodes }

    /// Throws where a node leads back to itself, or a request may come to more than `GraphLimits.callsMax` calls.
    func check(from root: Int) throws(GraphDefect) {
        var calls = [Int?](repeating: nil, count: nodes.count)
        var way: [Int] = []
        for node in [root] + nodes.indices { _ = try count(node, &calls, &way) }
        guard let most = calls[root], most > GraphLimits.callsMax else { return }
        throw GraphDefect("one request may come to \(most) calls, more than \(GraphLimits.callsMax)")
    }

    /// The most calls that a request may come to from a node on.
    private func count(_ node: Int, _ calls: inout [Int?], _ way: inout [Int]) throws(GraphDefect) -> Int {
        if let known = calls[node] { return known }
        if let start = way.firstIndex(of: node) {
            let names = (way[start...] + [node]).map { nodes[$0].name }
            throw GraphDefect("the nodes lead back to themselves: \(names.joined(separator: " -> "))")
        }
        way.append(node)
        var (sum, most) = (0, 0)
        for step in nodes[node].steps {
            var count = 1
            if case .node(let next) = step.target { count = try self.count(next, &calls, &way) }
            sum = min(sum + count, GraphLimits.callsMax * 1000)
            most = max(most, count)
        }
        way.removeLast()
        let result = nodes[node].kind == .sequence || nodes[node].kind == .ensemble ? sum : most
        calls[node] = result
        return result
    }
}
