package import Base
package import GJSON
package import Net

/// An InferenceGraph made ready to be walked: its nodes by number, its targets read, its conditions compiled.
package struct GraphPlan: Sendable {
    /// What a node does with its steps.
    package enum Kind: String, Sendable {
        case sequence = "Sequence"
        case splitter = "Splitter"
        case ensemble = "Ensemble"
        case choice = "Switch"
    }

    /// A router of the graph.
    package struct Node: Sendable {
        package let name: String
        package let kind: Kind
        package let steps: [Step]
    }

    /// Where a step's request goes.
    package enum Target: Sendable, Equatable {
        /// Another node, by its number.
        case node(Int)
        case service(WebAddress)
    }

    /// One of a node's targets, and when and how it is asked.
    package struct Step: Sendable {
        /// Empty where it has none.
        package let name: String
        package let target: Target
        /// Whether a step of a sequence is sent what the step before it answered.
        package let takesResponse: Bool
        /// Whether the predictions in its request become the instances.
        package let mapsPredictions: Bool
        package let condition: GJSONPath?
        /// How many of a hundred requests a splitter sends here.
        package let weight: Int
        /// Whether its failure ends the node.
        package let isHard: Bool
    }

    package let nodes: [Node]
    /// The node that requests begin at.
    package let root: Int
    package let timeouts: GraphTimeouts

    /// Reads the spec of an InferenceGraph whose services are resolved to URLs.
    package init(_ spec: JSON) throws(GraphDefect) {
        let reader = try GraphReader(spec)
        nodes = try reader.nodes()
        root = reader.root
        timeouts = GraphTimeouts(spec["routerTimeouts"])
        try GraphPaths(nodes).check(from: root)
    }
}

/// How long the router waits for what.
package struct GraphTimeouts: Sendable, Equatable {
    /// Without a byte of a request that is not whole yet.
    package let read: Duration
    /// From a request's beginning to its answer.
    package let write: Duration
    /// Between two requests of one connection.
    package let idle: Duration
    /// For the answer of a step; nil for as long as the request may take.
    package let step: Duration?

    /// Reads `spec.routerTimeouts`; upstream's own where there is nothing.
    init(_ json: JSON) {
        func seconds(_ name: String) -> Duration? {
            json[name].int.flatMap { (1...GraphLimits.timeoutSecondsMax).contains($0) ? .seconds($0) : nil }
        }
        read = seconds("serverRead") ?? .seconds(60)
        write = seconds("serverWrite") ?? .seconds(60)
        idle = seconds("serverIdle") ?? .seconds(180)
        step = seconds("serviceClient")
    }
}

/// Why a graph cannot be walked.
package struct GraphDefect: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Bounds of a graph and of what goes through it.
package enum GraphLimits {
    /// The longest request, and the longest answer of a step.
    package static let bodyMax = 256 << 20
    /// Calls that one request may come to, whichever way it takes.
    package static let callsMax = 1000
    /// Nodes of a graph.
    package static let nodesMax = 1000
    /// A day: longer waits are none.
    package static let timeoutSecondsMax = 86_400
}
