package import Base

/// A node's work on one request, on its way.
package final class NodeSpan {
    package let id: UInt64
    /// Of the node in whose course it works, or of the request.
    package let parentID: UInt64
    package let name: String
    package let kind: GraphPlan.Kind
    package let start: Instant

    package init(id: UInt64, parentID: UInt64, node: GraphPlan.Node, start: Instant) {
        self.id = id
        self.parentID = parentID
        name = node.name
        kind = node.kind
        self.start = start
    }
}
