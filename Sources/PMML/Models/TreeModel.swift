import Glibc
import Prediction

/// A decision tree: nodes in one store, children beside each other.
struct TreeModel: ModelBody {
    enum MissingStrategy: String {
        case none, nullPrediction, lastPrediction, defaultChild, weightedConfidence, aggregateNodes
    }
    enum NoTrueChildStrategy: String { case returnNullPrediction, returnLastPrediction }

    struct Node: BitwiseCopyable {
        enum Test: UInt8 { case always, number, general }

        var test = Test.always
        var comparison = SimplePredicate.Test.equal
        /// Of a number: the field that is compared with `threshold`. Else the index of the predicate.
        var slot: Int32 = 0
        var threshold = 0.0
        var firstChild: Int32 = 0
        var childCount: Int32 = 0
        /// The child that is taken where a test is not known; -1 where none is named.
        var defaultChild: Int32 = -1
        /// Its answer among `leaves`; -1 where it has none.
        var leaf: Int32 = -1
    }

    /// What a node answers.
    struct Leaf: Sendable {
        var prediction: Value
        var number: Double
        /// Shares of the classes, in the order of the model's keys; empty where there are none.
        var shares: [Double]
        var confidences: [Double]
    }

    let nodes: [Node]
    let predicates: [Predicate]
    let leaves: [Leaf]
    let missingStrategy: MissingStrategy
    let noTrueChildStrategy: NoTrueChildStrategy
    let missingPenalty: Double
    let isRegression: Bool
    /// The classes that shares are of.
    let classes: [Value]

    var answers: [Value] { isRegression ? [] : Array(Set(leaves.map(\.prediction))) }

    func evaluate(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Outcome {
        var missingLevels = 0
        guard let index = try descend(work, &missingLevels), nodes[index].leaf >= 0 else {
            return try model.absent(work)
        }
        let node = nodes[index]
        if isRegression {
            return try model.regression(leaves[Int(node.leaf)].number, entity: Int32(index))
        }
        let shares = leaves[Int(node.leaf)].shares
        for share in shares.indices { work.scores[model.firstScore + share] = shares[share] }
        return Outcome(
            prediction: leaves[Int(node.leaf)].prediction,
            kind: shares.isEmpty ? .none : .probabilities,
            entity: Int32(index),
            penalty: missingLevels == 0 ? 1 : pow(missingPenalty, Double(missingLevels))
        )
    }

    /// The node that answers; nil where none does.
    func descend(_ work: Workspace, _ missingLevels: inout Int) throws(InputDefect) -> Int? {
        guard try holds(nodes[0], work, &missingLevels) ?? false else { return nil }
        var index = 0
        while nodes[index].childCount > 0 {
            switch try step(from: nodes[index], work, &missingLevels) {
            case .to(let child): index = child
            case .stay: return nodes[index].leaf >= 0 ? index : nil
            case .nothing: return nil
            }
        }
        return index
    }

    private enum Step { case to(Int), stay, nothing }

    private func step(from node: Node, _ work: Workspace, _ missingLevels: inout Int) throws(InputDefect) -> Step {
        for child in Int(node.firstChild)..<Int(node.firstChild + node.childCount) {
            if let holds = try holds(nodes[child], work, &missingLevels) {
                if holds { return .to(child) }
                continue
            }
            switch missingStrategy {
            case .none, .weightedConfidence, .aggregateNodes: continue
            case .nullPrediction: return .nothing
            case .lastPrediction: return .stay
            case .defaultChild:
                guard node.defaultChild >= 0 else { throw InputDefect("a node of a tree has no defaultChild") }
                missingLevels += 1
                return .to(Int(node.defaultChild))
            }
        }
        return noTrueChildStrategy == .returnLastPrediction ? .stay : .nothing
    }

    @inline(__always)
    private func holds(_ node: Node, _ work: Workspace, _ missingLevels: inout Int) throws(InputDefect) -> Bool? {
        switch node.test {
        case .always: return true
        case .number:
            let value = try work.value(node.slot)
            guard let number = value.double else {
                if value.isMissing { return nil }
                throw InputDefect("a text is compared with a number")
            }
            return switch node.comparison {
            case .less: number < node.threshold
            case .lessOrEqual: number <= node.threshold
            case .greater: number > node.threshold
            case .greaterOrEqual: number >= node.threshold
            case .equal: number == node.threshold
            default: number != node.threshold
            }
        case .general:
            var usedSurrogate = false
            let holds = try predicates[Int(node.slot)].holds(work, &usedSurrogate)
            if usedSurrogate { missingLevels += 1 }
            return holds
        }
    }

    func confidence(of key: Value, _ outcome: Outcome) -> Double? {
        guard outcome.entity >= 0, case let leaf = nodes[Int(outcome.entity)].leaf, leaf >= 0,
            let index = classes.firstIndex(of: key)
        else { return nil }
        let confidences = leaves[Int(leaf)].confidences
        return confidences.isEmpty ? 0 : confidences[index] * outcome.penalty
    }
}
