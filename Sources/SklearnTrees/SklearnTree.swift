package import Pickle
package import Prediction
package import Trees

/// A fitted tree of scikit-learn, `tree_`: records of nodes, and a number for each class and node.
package struct SklearnTree {
    /// The pickled tree.
    package let value: PickleValue
    /// Its nodes.
    package let records: PickledRecords
    /// For each node its left child; negative in a leaf.
    package let left: [Double]
    /// For each node its right child; negative in a leaf.
    package let right: [Double]
    private let column: [Double]
    private let threshold: [Double]
    /// Since 1.3 a tree knows where missing numbers go.
    private let missingGoesLeft: [Double]?

    /// - Parameter estimator: a decision tree.
    package init(_ estimator: PickleValue) throws(ModelDefect) {
        value = try estimator.member("tree_")
        records = try value.member("nodes").records()
        left = try records.required("left_child")
        right = try records.required("right_child")
        column = try records.required("feature")
        threshold = try records.required("threshold")
        missingGoesLeft = try records.numbers("missing_go_to_left")
    }

    /// How many nodes there are.
    package var count: Int { records.count }
    var knowsMissing: Bool { missingGoesLeft != nil }

    /// The neutral tree, whose leaves answer with `leaf` of their index.
    ///
    /// - Parameter columns: where the tree's columns are in the rows; nil where they are the same.
    package func tree(columns: [Int32]? = nil, leaf: (Int) -> Double) throws(ModelDefect) -> Tree {
        var tree = Tree()
        tree.nodes.reserveCapacity(count)
        for index in 0..<count {
            guard left[index] >= 0 || right[index] >= 0 else {
                tree.nodes.append(Tree.Node(value: leaf(index)))
                continue
            }
            tree.nodes.append(
                Tree.Node(
                    left: SklearnTree.index(left[index]),
                    right: SklearnTree.index(right[index]),
                    column: try column(index, columns),
                    test: .notGreater,
                    missingGoesLeft: missingGoesLeft.map { $0[index] != 0 } ?? true,
                    value: threshold[index]
                )
            )
        }
        return tree
    }

    private func column(_ index: Int, _ columns: [Int32]?) throws(ModelDefect) -> Int32 {
        let column = SklearnTree.index(column[index])
        guard let columns else { return column }
        guard columns.indices.contains(Int(column)) else {
            throw value.defect("tests column \(column) of \(columns.count)")
        }
        return columns[Int(column)]
    }

    /// An index, or one that is nowhere.
    private static func index(_ number: Double) -> Int32 { Int32(exactly: number) ?? .max }

    /// The numbers of nodes: for each of them `classes`, or one.
    package func values(classes: Int) throws(ModelDefect) -> [Double] {
        let values = try value.member("values")
        let tensor = try values.tensor()
        guard tensor.values.count == count * classes else {
            throw values.defect("is of shape \(tensor.shape) for \(count) nodes and \(classes) classes")
        }
        return tensor.values
    }
}

/// The version of scikit-learn that pickled an estimator; the oldest where it does not say.
struct SklearnVersion: Comparable {
    let major: Int
    let minor: Int

    init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    init(_ estimator: PickleValue) throws(ModelDefect) {
        let parts = try estimator.optional("_sklearn_version")?.text().split(separator: ".") ?? []
        major = parts.first.flatMap { Int($0) } ?? 0
        minor = parts.dropFirst().first.flatMap { Int($0) } ?? 0
    }

    static func < (one: Self, other: Self) -> Bool { (one.major, one.minor) < (other.major, other.minor) }
}
