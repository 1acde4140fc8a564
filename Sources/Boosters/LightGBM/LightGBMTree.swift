import Prediction
import Trees

/// A tree as LightGBM's text spells it: splits are numbered from 0, leaves from -1 down.
struct LightGBMTree {
    private var leaves: Int32 = 0
    private var columns: [Int32] = []
    private var thresholds: [Double] = []
    /// Bit 0: by category; bit 1: missing numbers go left; bits 2 and 3: what counts as missing.
    private var decisions: [Int32] = []
    private var left: [Int32] = []
    private var right: [Int32] = []
    private var answers: [Double] = []
    /// For each set of categories where its words start in `categories`, and where the last one ends.
    private var categoryStarts: [Int32] = []
    private var categories: [Double] = []
    private(set) var isLinear = false
    private var constants: [Double] = []
    private var columnCounts: [Int32] = []
    private var linearColumns: [Int32] = []
    private var coefficients: [Double] = []

    var isEmpty: Bool { answers.isEmpty }

    mutating func take(_ line: LightGBMText.Line, of text: LightGBMText) throws(ModelDefect) {
        switch true {
        case text.has(line.key, "num_leaves"): leaves = try text.integers(line).first ?? 0
        case text.has(line.key, "split_feature"): columns = try text.integers(line)
        case text.has(line.key, "threshold"): thresholds = try text.numbers(line)
        case text.has(line.key, "decision_type"): decisions = try text.integers(line)
        case text.has(line.key, "left_child"): left = try text.integers(line)
        case text.has(line.key, "right_child"): right = try text.integers(line)
        case text.has(line.key, "leaf_value"): answers = try text.numbers(line)
        case text.has(line.key, "cat_boundaries"): categoryStarts = try text.integers(line)
        case text.has(line.key, "cat_threshold"): categories = try text.numbers(line)
        case text.has(line.key, "is_linear"): isLinear = try text.integers(line).first == 1
        case text.has(line.key, "leaf_const"): constants = try text.numbers(line)
        case text.has(line.key, "num_features"): columnCounts = try text.integers(line)
        case text.has(line.key, "leaf_features"): linearColumns = try text.integers(line)
        case text.has(line.key, "leaf_coeff"): coefficients = try text.numbers(line)
        default: break
        }
    }

    /// The neutral tree: splits first, then leaves.
    ///
    /// - Parameter asLinear: whether leaves are linear functions, because some tree of the model has such.
    func tree(
        for compiler: inout TreeCompiler,
        asLinear: Bool,
        columns limit: Int,
        at path: String
    ) throws(ModelDefect) -> Tree {
        let place = ModelDefect.Place.member(path)
        let splits = Int(leaves) - 1
        guard splits >= 0, answers.count == leaves,
            [columns.count, thresholds.count, left.count, right.count].allSatisfy({ $0 == splits }),
            decisions.count == splits || decisions.isEmpty
        else { throw ModelDefect(at: place, what: "has arrays that do not fit its \(leaves) leaves") }
        var tree = Tree()
        tree.nodes.reserveCapacity(splits + answers.count)
        for index in 0..<splits { tree.nodes.append(try split(index, &compiler, place)) }
        let linear = asLinear ? try linearLeaves(limit, place) : []
        for (index, answer) in answers.enumerated() {
            tree.nodes.append(Tree.Node(value: asLinear ? compiler.keep(linear: linear[index]) : answer))
        }
        return tree
    }

    /// What counts as missing in a split.
    private static let readings: [RowSlots.Reading] = [.missingIsZero, .zeroIsMissing, .asIs]

    private func split(
        _ index: Int,
        _ compiler: inout TreeCompiler,
        _ place: ModelDefect.Place
    ) throws(ModelDefect) -> Tree.Node {
        let decision = decisions.isEmpty ? 0 : Int(decisions[index])
        let missing = decision >> 2 & 3
        guard LightGBMTree.readings.indices.contains(missing) else {
            throw ModelDefect(at: place, what: "has the unknown decision type \(decision)")
        }
        let isByCategory = decision & 1 != 0
        return Tree.Node(
            left: node(left[index]),
            right: node(right[index]),
            column: columns[index],
            test: isByCategory ? .member : .notGreater,
            reading: isByCategory ? .asIs : LightGBMTree.readings[missing],
            missingGoesLeft: decision & 2 != 0,
            value: isByCategory
                ? try compiler.keep(set: set(thresholds[index], place), at: place) : thresholds[index]
        )
    }

    /// Index of a child among splits and leaves; out of range where it is none.
    private func node(_ child: Int32) -> Int32 {
        if child >= 0 { return child < leaves - 1 ? child : .max }
        let leaf = -1 - child
        return leaf < leaves ? leaves - 1 + leaf : .max
    }

    private func set(_ number: Double, _ place: ModelDefect.Place) throws(ModelDefect) -> CategorySet {
        guard let index = Int(exactly: number), index >= 0, index + 1 < categoryStarts.count,
            case let (first, last) = (Int(categoryStarts[index]), Int(categoryStarts[index + 1])),
            first >= 0, first <= last, last <= categories.count
        else { throw ModelDefect(at: place, what: "has no set of categories \(number)") }
        var words: [UInt32] = []
        for word in categories[first..<last] {
            guard let bits = UInt32(exactly: word) else {
                throw ModelDefect(at: place, what: "has the set of categories \(word)")
            }
            words.append(bits)
        }
        return CategorySet(words: words, fractions: .towardZero)
    }

    private func linearLeaves(_ limit: Int, _ place: ModelDefect.Place) throws(ModelDefect) -> [LinearLeaf] {
        guard isLinear else {
            return answers.map { LinearLeaf(constant: $0, columns: [], coefficients: [], otherwise: $0) }
        }
        guard constants.count == answers.count, columnCounts.count == answers.count,
            columnCounts.allSatisfy({ $0 >= 0 }), linearColumns.count == coefficients.count,
            columnCounts.reduce(0, { $0 + Int($1) }) == linearColumns.count,
            linearColumns.allSatisfy({ (0..<limit).contains(Int($0)) })
        else { throw ModelDefect(at: place, what: "has linear leaves that do not fit") }
        var first = 0
        return answers.indices.map { leaf in
            let range = first..<first + Int(columnCounts[leaf])
            first = range.upperBound
            return LinearLeaf(
                constant: constants[leaf],
                columns: Array(linearColumns[range]),
                coefficients: Array(coefficients[range]),
                otherwise: answers[leaf]
            )
        }
    }
}
