import Prediction

/// One field of a model's output.
struct OutputField: Sendable {
    enum Feature: Sendable {
        case predictedValue
        case predictedDisplayValue
        /// Of a key, or of the one that was predicted.
        case probability(Value?)
        case confidence(Value?)
        case affinity(Value?, rank: Int)
        case entityID(rank: Int)
        case reasonCode(rank: Int)
        case expression(Expression)
        /// What an output of a segment gave.
        case other(Int32)
    }

    let name: String
    let slot: Int32
    let type: DataType?
    let feature: Feature
    /// The segment whose answer is told, among the document's models; the model itself where it is nil.
    let segment: Int?

    /// The value; missing where there is none.
    func value(_ own: Outcome, _ work: Workspace) throws(InputDefect) -> Value {
        guard let outcome = segment.map({ work.outcome(of: $0) }) ?? own else { return .missing }
        let value = try raw(outcome, work)
        guard let type else { return value }
        return try work.cast(value, to: type)
    }

    private func raw(_ outcome: Outcome, _ work: Workspace) throws(InputDefect) -> Value {
        switch feature {
        case .expression(let expression): return try expression.evaluate(work)
        case .other(let slot): return try work.value(slot)
        default: break
        }
        guard outcome.model >= 0 else { return .missing }
        if outcome.prediction.isMissing, outcome.kind == .none { return .missing }
        let model = work.program.models[Int(outcome.model)]
        switch feature {
        case .predictedValue: return outcome.prediction
        case .predictedDisplayValue: return model.target.displayValues[outcome.prediction] ?? outcome.prediction
        case .probability(let key): return try model.score(of: key, outcome, work).map { .number($0) } ?? .missing
        case .confidence(let key): return model.confidence(of: key, outcome, work).map { .number($0) } ?? .missing
        case .affinity(let key, let rank): return model.affinity(of: key, rank, outcome, work)
        case .entityID(let rank): return model.entity(rank, outcome, work)
        case .reasonCode(let rank): return model.key(rank, outcome, work)
        case .expression, .other: return .missing
        }
    }
}

// What outputs ask of an answer.
extension ModelProgram {
    fileprivate func score(of key: Value?, _ outcome: Outcome, _ work: Workspace) throws(InputDefect) -> Double? {
        guard outcome.kind != .none else {
            throw InputDefect("\(name) has no numbers of its classes, but an output field asks for one")
        }
        guard let index = keys.find(key ?? outcome.prediction) else { return 0 }
        return work.scores[firstScore + index]
    }

    fileprivate func confidence(of key: Value?, _ outcome: Outcome, _ work: Workspace) -> Double? {
        if let tree = body as? TreeModel {
            return tree.confidence(of: key ?? outcome.prediction, outcome)
        }
        guard let index = keys.find(key ?? outcome.prediction) else { return 0 }
        return work.scores[firstScore + index]
    }

    fileprivate func affinity(of key: Value?, _ rank: Int, _ outcome: Outcome, _ work: Workspace) -> Value {
        if let key {
            guard let index = keys.find(key) else { return .number(outcome.kind == .distances ? .infinity : 0) }
            return .number(work.scores[firstScore + index])
        }
        guard let index = ranked(rank, outcome, work) else { return .missing }
        return .number(work.scores[firstScore + index])
    }

    fileprivate func entity(_ rank: Int, _ outcome: Outcome, _ work: Workspace) -> Value {
        if entities.isEmpty || rank > 1 { return key(rank, outcome, work) }
        return entities.indices.contains(Int(outcome.entity)) ? .text(entities[Int(outcome.entity)]) : .missing
    }

    fileprivate func key(_ rank: Int, _ outcome: Outcome, _ work: Workspace) -> Value {
        ranked(rank, outcome, work).map { keys.values[$0] } ?? .missing
    }

    /// The key at a rank, the best one first, of equal ones the one that stands first; points below zero are none.
    private func ranked(_ rank: Int, _ outcome: Outcome, _ work: Workspace) -> Int? {
        work.order.removeAll(keepingCapacity: true)
        for index in keys.values.indices where outcome.kind != .points || work.scores[firstScore + index] >= 0 {
            work.order.append(Int32(index))
        }
        guard (1...max(1, work.order.count)).contains(rank), !work.order.isEmpty else { return nil }
        let scores = work.scores
        work.order.sort { left, right in
            let (a, b) = (scores[firstScore + Int(left)], scores[firstScore + Int(right)])
            return a == b ? left < right : outcome.kind == .distances ? a < b : a > b
        }
        return Int(work.order[rank - 1])
    }
}
