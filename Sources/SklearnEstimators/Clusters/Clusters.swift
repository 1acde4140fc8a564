import Pickle
import Prediction
import Sklearn

/// scikit-learn's clusterers that answer with the cluster of the nearest centre.
enum Clusters {
    /// KMeans and MiniBatchKMeans, whose labels are 32-bit integers.
    static func buildMeans(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        try build(value, builder, value.member("cluster_centers_").matrix(), type: .int32)
    }

    /// AffinityPropagation and MeanShift.
    static func buildCentres(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        try build(value, builder, value.member("cluster_centers_").matrix(), type: .int64)
    }

    /// Birch: several centres may be one cluster's.
    static func buildBirch(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let centres = try value.member("subcluster_centers_").matrix()
        let labels = try value.member("subcluster_labels_").integers()
        guard labels.count == centres.rows else {
            throw value.defect("has \(labels.count) labels for \(centres.rows) centres")
        }
        return try build(value, builder, centres, type: .int64, labels: labels)
    }

    static func buildBisecting(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        _ = try builder.method(of: value, having: [.predict])
        let tree = try BisectingTree(value)
        let labels = Labels.integers((0..<tree.leaves).map(Int64.init), type: .int32)
        let readout = ScoredModel.Readout.labels(.index, labels)
        return try builder.steps(value, tree, readout)
    }

    private static func build(
        _ value: PickleValue,
        _ builder: EstimatorBuilder,
        _ centres: Matrix,
        type: ElementType,
        labels: [Int]? = nil
    ) throws(ModelDefect) -> EstimatorSteps {
        _ = try builder.method(of: value, having: [.predict])
        guard centres.rows > 0, centres.columns > 0 else { throw value.defect("has no centres") }
        let names = Labels.integers((labels ?? Array(0..<centres.rows)).map(Int64.init), type: type)
        let readout = ScoredModel.Readout.labels(.lowest, names)
        let scorer = SquaredDistances(centres)
        return try builder.steps(value, scorer, readout)
    }
}

/// scikit-learn's BisectingKMeans: clusters were cut in two again and again; a row goes to the nearer half each time.
struct BisectingTree: RowScorer {
    private struct Node: Sendable {
        let center: [Double]
        let label: Int
        /// Index of the left part; the right one stands behind it. Nil for a leaf.
        var parts: Int?
    }

    let columns: Int
    /// Clusters.
    let leaves: Int
    private let nodes: [Node]

    var outputs: Int { 1 }

    init(_ value: PickleValue) throws(ModelDefect) {
        let centres = try value.member("cluster_centers_").matrix()
        columns = centres.columns
        leaves = centres.rows
        let shift = try value.optional("_X_mean")?.vector(centres.columns)
        let root = try value.member("_bisecting_tree")
        // Breadth first, so that parts stand behind their whole.
        var values = [root]
        var nodes: [Node] = []
        while nodes.count < values.count {
            guard nodes.count < 2 * centres.rows else { throw root.defect("has more parts than clusters") }
            let node = values[nodes.count]
            var center = try node.member("center").vector(centres.columns)
            if let shift { center = zip(center, shift).map { $0 + $1 } }
            if let left = try node.optional("left") {
                nodes.append(Node(center: center, label: 0, parts: values.count))
                values += [left, try node.member("right")]
            } else {
                let label = try node.member("label").integer()
                guard (0..<centres.rows).contains(label) else { throw node.defect("label \(label) is no cluster") }
                nodes.append(Node(center: center, label: label))
            }
        }
        self.nodes = nodes
    }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        var node = nodes[0]
        while let parts = node.parts {
            let isLeft = distance(row, nodes[parts].center) <= distance(row, nodes[parts + 1].center)
            node = nodes[isLeft ? parts : parts + 1]
        }
        result[0] = Double(node.label)
    }

    private func distance(_ row: Span<Double>, _ center: [Double]) -> Double {
        var sum = 0.0
        for column in 0..<columns { sum += (row[column] - center[column]) * (row[column] - center[column]) }
        return sum
    }
}
