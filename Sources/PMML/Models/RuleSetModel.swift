import Prediction

/// Rules, each with a class; those that hold are the answer together.
struct RuleSetModel: ModelBody {
    enum Criterion: String { case firstHit, weightedSum, weightedMax }

    indirect enum Rule: Sendable {
        /// A rule with its class and itself, among the model's keys and rules.
        case simple(Predicate, key: Int, rule: Int)
        case compound(Predicate, [Rule])
    }

    struct Weight: Sendable {
        let weight: Double
        let confidence: Double
    }

    let rules: [Rule]
    let weights: [Weight]
    let criterion: Criterion
    /// The class where no rule holds, and how sure it is.
    let fallback: (key: Int, confidence: Double)?
    /// Where for each class the rule that stands for it is kept, and the order in which classes came.
    let firstWork: Int

    func evaluate(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Outcome {
        let count = model.keys.count
        // Three numbers a class: the best rule, its weight, the sum of weights; then how many rules hold.
        for index in 0..<count {
            work.scores[firstWork + index] = -1
            work.scores[firstWork + 2 * count + index] = 0
            work.scores[model.firstScore + index] = 0
        }
        work.scores[firstWork + 3 * count] = 0
        work.order.removeAll(keepingCapacity: true)
        try fire(rules, model, work)
        guard let first = work.order.first else {
            guard let fallback else { throw InputDefect("no rule holds, and there is no default score") }
            work.scores[model.firstScore + fallback.key] = fallback.confidence
            return Outcome(prediction: model.keys.values[fallback.key], kind: .confidences)
        }
        var best = Int(first)
        for key in work.order.map({ Int($0) }) {
            let rule = Int(work.scores[firstWork + key])
            let sum = work.scores[firstWork + 2 * count + key] / work.scores[firstWork + 3 * count]
            let number = criterion == .weightedSum ? sum : weights[rule].confidence
            work.scores[model.firstScore + key] = number
            if criterion != .firstHit, number > work.scores[model.firstScore + best] { best = key }
        }
        return Outcome(
            prediction: model.keys.values[best],
            kind: .confidences,
            entity: Int32(work.scores[firstWork + best])
        )
    }

    private func fire(_ rules: [Rule], _ model: ModelProgram, _ work: Workspace) throws(InputDefect) {
        for rule in rules {
            switch rule {
            case .compound(let predicate, let inner):
                if try predicate.holds(work) ?? false { try fire(inner, model, work) }
            case .simple(let predicate, let key, let rule):
                if try predicate.holds(work) ?? false { hit(key, rule, model.keys.count, work) }
            }
        }
    }

    private func hit(_ key: Int, _ rule: Int, _ count: Int, _ work: Workspace) {
        let weight = weights[rule].weight
        work.scores[firstWork + 3 * count] += 1
        work.scores[firstWork + 2 * count + key] += weight
        if work.scores[firstWork + key] < 0 {
            work.order.append(Int32(key))
        } else if criterion == .firstHit || weight <= work.scores[firstWork + count + key] {
            return
        }
        work.scores[firstWork + key] = Double(rule)
        work.scores[firstWork + count + key] = weight
    }
}
