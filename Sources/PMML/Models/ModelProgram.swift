import Prediction

/// A model of a document, ready to answer a row.
final class ModelProgram: Sendable {
    /// Its place among the document's models.
    let index: Int
    /// The element that it was made of.
    let name: String
    let body: any ModelBody
    let target: TargetRule
    /// What its numbers are of: classes, clusters, neighbours, reason codes; each typed.
    let keys: KeyList
    /// Where its numbers are among those of the workspace.
    let firstScore: Int
    /// What its nodes, clusters or rules are called.
    let entities: [Int32]
    let outputs: [OutputField]

    init(
        index: Int,
        name: String,
        body: any ModelBody,
        target: TargetRule,
        keys: KeyList,
        firstScore: Int,
        entities: [Int32],
        outputs: [OutputField]
    ) {
        self.index = index
        self.name = name
        self.body = body
        self.target = target
        self.keys = keys
        self.firstScore = firstScore
        self.entities = entities
        self.outputs = outputs
    }

    /// Answers the row of the workspace, and leaves outputs in their slots.
    func evaluate(_ work: Workspace) throws(InputDefect) -> Outcome {
        var outcome = try body.evaluate(self, work)
        if outcome.model < 0 { outcome.model = Int32(index) }
        work.keep(outcome, of: index)
        if let slot = target.slot { work.give(outcome.prediction, to: slot) }
        for output in outputs { work.give(try output.value(outcome, work), to: output.slot) }
        return outcome
    }
}

/// How a kind of model answers.
protocol ModelBody: Sendable {
    /// Classes that it can answer with besides the model's keys.
    var answers: [Value] { get }
    /// Answers the row; numbers of classes and the like are left from `model.firstScore` on.
    func evaluate(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Outcome
}

extension ModelBody {
    var answers: [Value] { [] }
}

/// What a model answered.
struct Outcome: BitwiseCopyable, Sendable {
    /// What the numbers of `ModelProgram.keys` are.
    enum Kind { case none, probabilities, confidences, distances, similarities, points }

    var prediction: Value = .missing
    var kind = Kind.none
    /// The node, cluster or rule that answered, among `ModelProgram.entities`; -1 for none.
    var entity: Int32 = -1
    /// The model whose keys and numbers these are; the one that was asked where it is -1.
    var model: Int32 = -1
    /// Of trees: what confidences are multiplied by because values were missing.
    var penalty = 1.0
}

// How bodies finish.
extension ModelProgram {
    /// The answer that is a number, after the target's rules.
    func regression(_ number: Double, kind: Outcome.Kind = .none, entity: Int32 = -1) throws(InputDefect) -> Outcome {
        Outcome(prediction: try target.value(of: number), kind: kind, entity: entity)
    }

    /// The answer that is the key with the best number.
    func classification(_ work: Workspace, kind: Outcome.Kind = .probabilities) throws(InputDefect) -> Outcome {
        guard keys.count > 0 else { throw InputDefect("\(name) has no classes") }
        var best = 0
        for index in 1..<max(1, keys.count) {
            let (number, leader) = (work.scores[firstScore + index], work.scores[firstScore + best])
            if kind == .distances ? number < leader : number > leader { best = index }
        }
        return Outcome(prediction: keys.values[best], kind: kind, entity: Int32(best))
    }

    /// The answer where the model has none.
    func absent(_ work: Workspace) throws(InputDefect) -> Outcome {
        if let number = target.defaultNumber { return try regression(number) }
        guard !target.priors.isEmpty else { return Outcome() }
        var best = 0
        for (index, key) in keys.values.enumerated() {
            work.scores[firstScore + index] = target.priors[key] ?? 0
            if work.scores[firstScore + index] > work.scores[firstScore + best] { best = index }
        }
        return Outcome(prediction: keys.count == 0 ? .missing : keys.values[best], kind: .probabilities)
    }
}
