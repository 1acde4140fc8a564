import Prediction

/// Points of characteristics added up, with the reasons that cost most.
struct Scorecard: ModelBody {
    struct Attribute: Sendable {
        let predicate: Predicate
        let points: Expression
        /// Its reason among the model's keys.
        let reason: Int
    }

    struct Characteristic: Sendable {
        let name: String
        let baseline: Double
        let attributes: [Attribute]
    }

    let initialScore: Double
    let characteristics: [Characteristic]
    let usesReasons: Bool
    /// Whether points below the baseline are a reason, or those above it.
    let countsBelow: Bool

    func evaluate(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Outcome {
        // What no characteristic gave is below zero, and no reason.
        for index in model.keys.values.indices { work.scores[model.firstScore + index] = -.infinity }
        var sum = initialScore
        for characteristic in characteristics {
            let attribute = try attribute(of: characteristic, work)
            let points = try attribute.points.evaluate(work)
            guard !points.isMissing else {
                throw InputDefect("characteristic '\(characteristic.name)' has no score")
            }
            let number = try work.number(points)
            sum += number
            guard usesReasons else { continue }
            let index = model.firstScore + attribute.reason
            let cost = countsBelow ? characteristic.baseline - number : number - characteristic.baseline
            work.scores[index] = (work.scores[index] == -.infinity ? 0 : work.scores[index]) + cost
        }
        return try model.regression(sum, kind: usesReasons ? .points : .none)
    }

    private func attribute(of characteristic: Characteristic, _ work: Workspace) throws(InputDefect) -> Attribute {
        for attribute in characteristic.attributes where try attribute.predicate.holds(work) ?? false {
            return attribute
        }
        throw InputDefect("no attribute of characteristic '\(characteristic.name)' holds")
    }
}
