import Prediction

/// Trees.
extension ModelBuilder {
    func tree() throws(ModelDefect) -> Parts {
        try require(.regression, .classification)
        let strategy: TreeModel.MissingStrategy = try element.word(
            "missingValueStrategy",
            default: TreeModel.MissingStrategy.none
        )
        guard strategy != .weightedConfidence, strategy != .aggregateNodes else {
            throw element.unsupported("missingValueStrategy \(strategy.rawValue)")
        }
        var layout = TreeLayout(self)
        try layout.lay(out: element.requiredChild("Node"))
        let tree = TreeModel(
            nodes: layout.nodes,
            predicates: layout.predicates,
            leaves: layout.leaves,
            missingStrategy: strategy,
            noTrueChildStrategy: try element.word("noTrueChildStrategy", default: .returnNullPrediction),
            missingPenalty: try element.number("missingValuePenalty") ?? 1,
            isRegression: function == .regression,
            classes: layout.classes.values
        )
        return Parts(tree, keys: layout.classes.values, entities: layout.ids)
    }
}

/// Lays the nodes of a tree out one level after the other, so that children stand beside each other.
private struct TreeLayout {
    private let model: ModelBuilder
    private let precision: Precision
    var nodes: [TreeModel.Node] = []
    var predicates: [Predicate] = []
    var leaves: [TreeModel.Leaf] = []
    var ids: [Int32] = []
    /// Classes in the order in which nodes name them first.
    private(set) var classes = KeyList()
    private let isRegression: Bool

    init(_ model: ModelBuilder) {
        self.model = model
        precision = Precision(isSingle: model.isSingle)
        isRegression = model.function == .regression
    }

    mutating func lay(out root: XMLElement) throws(ModelDefect) {
        var elements = [root]
        nodes.append(TreeModel.Node())
        var at = 0
        while at < elements.count {
            let element = elements[at]
            try fill(at, element)
            nodes[at].firstChild = Int32(elements.count)
            let wanted = element.attribute("defaultChild")
            for child in element.children where child.name == "Node" {
                if let wanted, child.attribute("id") == wanted { nodes[at].defaultChild = Int32(elements.count) }
                elements.append(child)
                nodes.append(TreeModel.Node())
            }
            nodes[at].childCount = Int32(elements.count) - nodes[at].firstChild
            if wanted != nil, nodes[at].defaultChild < 0 {
                throw element.defect("defaultChild names none of its nodes")
            }
            at += 1
        }
        try number(root)
        for leaf in leaves.indices {
            TreeLayout.fill(&leaves[leaf].shares, to: classes.count)
            TreeLayout.fill(&leaves[leaf].confidences, to: classes.count)
        }
    }

    private static func fill(_ numbers: inout [Double], to count: Int) {
        if !numbers.isEmpty { numbers += [Double](repeating: 0, count: count - numbers.count) }
    }

    /// Nodes without an id are called by their number in the document's order.
    private mutating func number(_ root: XMLElement) throws(ModelDefect) {
        ids = [Int32](repeating: 0, count: nodes.count)
        var open = [(0, root)]
        var count = 0
        while let (index, element) = open.popLast() {
            count += 1
            ids[index] = model.builder.symbols.intern(element.attribute("id") ?? String(count))
            let children = element.children("Node").enumerated()
            open += children.map { (Int(nodes[index].firstChild) + $0, $1) }.reversed()
        }
    }

    private mutating func fill(_ index: Int, _ element: XMLElement) throws(ModelDefect) {
        try test(of: element, for: index)
        if let inner = element.child(among: ["Regression", "DecisionTree"]) { throw inner.unsupported(inner.name) }
        guard let score = element.attribute("score") else { return }
        var leaf = TreeModel.Leaf(prediction: .missing, number: 0, shares: [], confidences: [])
        if isRegression {
            guard let number = Spelling.number(score), number.isFinite else {
                throw element.defect("score is no finite number: \(score.prefix(64))")
            }
            leaf.number = precision.rounded(number)
        } else {
            leaf.prediction = try model.category("score", of: element)
            try distribute(element, &leaf)
        }
        nodes[index].leaf = Int32(leaves.count)
        leaves.append(leaf)
    }

    private mutating func test(of element: XMLElement, for index: Int) throws(ModelDefect) {
        let predicate = try model.predicates.predicate(inside: element)
        switch predicate {
        case .always: nodes[index].test = .always
        case .simple(let simple) where simple.value.double != nil:
            nodes[index].test = .number
            nodes[index].comparison = simple.test
            nodes[index].slot = simple.slot
            nodes[index].threshold = simple.value.double ?? 0
        default:
            nodes[index].test = .general
            nodes[index].slot = Int32(predicates.count)
            predicates.append(predicate)
        }
    }

    /// Shares of the classes, as probabilities or counts, made to add up to 1.
    private mutating func distribute(_ element: XMLElement, _ leaf: inout TreeModel.Leaf) throws(ModelDefect) {
        let distributions = element.children("ScoreDistribution")
        guard let first = distributions.first else { return }
        let attribute = first.attribute("probability") == nil ? "recordCount" : "probability"
        var sum = 0.0
        for distribution in distributions {
            let index = classes.index(of: try model.category("value", of: distribution))
            let number = try distribution.requiredNumber(attribute)
            guard number >= 0, number.isFinite else { throw distribution.defect("\(attribute) is \(number)") }
            TreeLayout.fill(&leaf.shares, to: classes.count)
            if leaf.shares.isEmpty { leaf.shares = [Double](repeating: 0, count: classes.count) }
            leaf.shares[index] = precision.rounded(number)
            sum = precision.rounded(sum + number)
            guard let confidence = try distribution.number("confidence") else { continue }
            TreeLayout.fill(&leaf.confidences, to: classes.count)
            if leaf.confidences.isEmpty { leaf.confidences = [Double](repeating: 0, count: classes.count) }
            leaf.confidences[index] = confidence
        }
        try model.builder.count(numbers: leaf.shares.count, at: element)
        guard sum != 1 else { return }
        guard sum > 0 else { throw element.defect("shares of its classes add up to 0") }
        for index in leaf.shares.indices { leaf.shares[index] = precision.rounded(leaf.shares[index] / sum) }
    }
}
