import Glibc

/// How few random cuts set a row apart: outliers need few (Liu, Ting, Zhou: Isolation forest, 2008).
package struct IsolationForest: Equatable, Sendable {
    private struct Node: Equatable {
        /// The column that is cut; -1 for a leaf.
        var column: Int
        var cut: Double
        var left = 0
        var right = 0
        /// Of a leaf, the path that is left for its rows on average.
        var rest = 0.0
    }

    private let trees: [[Node]]
    private let usual: Double

    /// Rows that a tree is grown of.
    private static let rowsOfATree = 256

    /// Nil where there are fewer than two rows, or rows that are not finite.
    package init?(_ rows: [[Double]], trees count: Int = 100, using chance: inout some RandomNumberGenerator) {
        guard rows.count > 1, let width = rows.first?.count, width > 0,
            rows.allSatisfy({ $0.count == width && $0.allSatisfy(\.isFinite) })
        else { return nil }
        let size = min(rows.count, IsolationForest.rowsOfATree)
        let depthMax = Int(log2(Double(size)).rounded(.up))
        var trees: [[Node]] = []
        for _ in 0..<count {
            var grower = Grower(rows: rows, depthMax: depthMax)
            var places = Array(rows.indices)
            // The first of a shuffle are a sample without repetition.
            for place in 0..<size { places.swapAt(place, Int.random(in: place..<places.count, using: &chance)) }
            _ = grower.grow(Array(places[..<size]), depth: 0, using: &chance)
            trees.append(grower.nodes)
        }
        self.trees = trees
        usual = IsolationForest.path(Double(size))
    }

    /// Near 1 for outliers, below 0.5 for what is usual. A cell that is not finite makes a row an outlier.
    package func score(_ row: [Double]) -> Double {
        guard row.allSatisfy(\.isFinite) else { return 1 }
        let paths = trees.reduce(0) { $0 + IsolationForest.path(of: row, in: $1) }
        return pow(2, -paths / Double(trees.count) / usual)
    }

    private static func path(of row: [Double], in nodes: [Node]) -> Double {
        var (at, depth) = (0, 0.0)
        while nodes[at].column >= 0 {
            guard nodes[at].column < row.count else { return depth }
            at = row[nodes[at].column] < nodes[at].cut ? nodes[at].left : nodes[at].right
            depth += 1
        }
        return depth + nodes[at].rest
    }

    /// The mean path of an unsuccessful search among so many rows.
    private static func path(_ count: Double) -> Double {
        if count <= 1 { return 0 }
        if count == 2 { return 1 }
        return 2 * (log(count - 1) + 0.577_215_664_901_532_9) - 2 * (count - 1) / count
    }

    private struct Grower {
        let rows: [[Double]]
        let depthMax: Int
        var nodes: [Node] = []

        /// Grows the tree below a node for some rows; where the node is.
        mutating func grow(_ places: [Int], depth: Int, using chance: inout some RandomNumberGenerator) -> Int {
            let own = nodes.count
            nodes.append(Node(column: -1, cut: 0, rest: IsolationForest.path(Double(places.count))))
            guard depth < depthMax, places.count > 1, let cut = cut(places, using: &chance) else { return own }
            nodes[own].column = cut.column
            nodes[own].cut = cut.value
            let left = places.filter { rows[$0][cut.column] < cut.value }
            let right = places.filter { rows[$0][cut.column] >= cut.value }
            nodes[own].left = grow(left, depth: depth + 1, using: &chance)
            nodes[own].right = grow(right, depth: depth + 1, using: &chance)
            return own
        }

        /// A place between the least and the greatest number of a column; nil where all rows are equal.
        private func cut(
            _ places: [Int],
            using chance: inout some RandomNumberGenerator
        ) -> (column: Int, value: Double)? {
            let ranges = rows[places[0]].indices.map { column in
                places.reduce((rows[places[0]][column], rows[places[0]][column])) { range, place in
                    (min(range.0, rows[place][column]), max(range.1, rows[place][column]))
                }
            }
            let open = ranges.indices.filter { ranges[$0].0 < ranges[$0].1 }
            guard let column = open.randomElement(using: &chance) else { return nil }
            let (low, high) = ranges[column]
            let value = low + (high - low) * chance.positiveUnit()
            return (column, value > low ? value : high)
        }
    }
}
