import Prediction

/// Models inside a model: which of them are asked, and how their answers become one.
struct MiningModel: ModelBody {
    enum Method: String {
        case majorityVote, weightedMajorityVote, average, weightedAverage, median, weightedMedian
        case max, sum, weightedSum, selectFirst, selectAll, modelChain, multiModelChain
        case oldMedian = "x-median", oldWeightedMedian = "x-weightedMedian", oldWeightedSum = "x-weightedSum"

        var isSelection: Bool { self == .selectFirst || self == .modelChain || self == .multiModelChain }
        var isWeighted: Bool {
            switch self {
            case .weightedMajorityVote, .weightedAverage, .weightedMedian, .weightedSum: true
            default: false
            }
        }
    }
    enum MissingTreatment: String { case returnMissing, skipSegment, `continue` }

    struct Segment: Sendable {
        let predicate: Predicate
        let model: ModelProgram
        let weight: Double
        let name: Int32
    }

    let method: Method
    let segments: [Segment]
    let missingTreatment: MissingTreatment
    let missingThreshold: Double
    let isClassification: Bool
    let precision: Precision
    /// All segments' trees as one, where they are plain.
    let trees: TreeSum?
    /// Where it is kept among the numbers of the workspace in which order classes got their first votes.
    let firstTurn: Int

    var answers: [Value] { segments.flatMap { $0.model.keys.values + $0.model.body.answers } }

    func evaluate(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Outcome {
        switch method {
        case .selectFirst: return try selectFirst(model, work)
        case .modelChain, .multiModelChain: return try chain(model, work)
        default: break
        }
        if let trees, let outcome = try trees.evaluate(model, work) { return outcome }
        if !isClassification { return try combineNumbers(model, work) }
        switch method {
        case .majorityVote, .weightedMajorityVote: return try combineVotes(model, work)
        default: return try combineShares(model, work)
        }
    }

    private func selectFirst(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Outcome {
        for (index, segment) in segments.enumerated() where try segment.predicate.holds(work) ?? false {
            var outcome = try segment.model.evaluate(work)
            if outcome.prediction.isMissing, missingTreatment == .skipSegment { continue }
            outcome.entity = outcome.entity < 0 ? Int32(index) : outcome.entity
            return outcome
        }
        return try model.absent(work)
    }

    private func chain(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Outcome {
        var last: Outcome?
        for segment in segments where try segment.predicate.holds(work) ?? false {
            let outcome = try segment.model.evaluate(work)
            if outcome.prediction.isMissing, missingTreatment == .returnMissing { return try model.absent(work) }
            last = outcome
        }
        if let last { return last }
        return try model.absent(work)
    }
}

// Answers that become one.
extension MiningModel {
    /// What segments answer whose predicates hold; nil where too many answers are missing.
    private func each(
        _ work: Workspace,
        _ body: (Segment, Outcome) throws(InputDefect) -> Void
    ) throws(InputDefect) -> Int? {
        var count = 0
        var (weights, missing) = (0.0, 0.0)
        var isMissing = false
        for segment in segments where try segment.predicate.holds(work) ?? false {
            let outcome = try segment.model.evaluate(work)
            weights += segment.weight
            if outcome.prediction.isMissing {
                if missingTreatment == .returnMissing { return nil }
                // The others are asked none the less: outputs may be about any of them.
                isMissing = isMissing || missingTreatment == .continue
                missing += segment.weight
                continue
            }
            try body(segment, outcome)
            count += 1
        }
        return isMissing || count == 0 || missing / weights > missingThreshold ? nil : count
    }

    private func combineNumbers(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Outcome {
        var (sum, weights) = (0.0, 0.0)
        var all: [(number: Double, weight: Double)] = []
        let isMedian = method == .median || method == .weightedMedian
        let isWeighted = method.isWeighted
        let precision = precision
        let count = try each(work) { segment, outcome throws(InputDefect) in
            let number = try work.number(outcome.prediction)
            if isMedian { all.append((precision.rounded(number), segment.weight)) }
            sum = precision.rounded(sum + precision.rounded(isWeighted ? segment.weight * number : number))
            weights = precision.rounded(weights + segment.weight)
        }
        guard let count else { return try model.absent(work) }
        switch method {
        case .sum, .weightedSum: return try model.regression(sum)
        case .average: return try model.regression(precision.rounded(sum / Double(count)))
        case .weightedAverage:
            guard weights != 0 else { throw InputDefect("the weights of segments add up to 0") }
            return try model.regression(precision.rounded(sum / weights))
        default: return try model.regression(median(&all, weights))
        }
    }

    private func median(_ all: inout [(number: Double, weight: Double)], _ weights: Double) -> Double {
        all.sort { $0.number < $1.number }
        if method == .weightedMedian {
            var sum = 0.0
            return all.first { entry in
                sum += entry.weight
                return sum >= 0.5 * weights
            }?.number ?? 0
        }
        let middle = all.count / 2
        guard all.count % 2 == 0 else { return all[middle].number }
        return precision.rounded((all[middle - 1].number + all[middle].number) / 2)
    }

    private func combineVotes(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Outcome {
        let range = model.firstScore..<model.firstScore + model.keys.count
        for index in range { work.scores[index] = 0 }
        for key in 0..<range.count { work.scores[firstTurn + key] = .infinity }
        var turn = 0.0
        let (isWeighted, precision) = (method.isWeighted, precision)
        let count = try each(work) { segment, outcome throws(InputDefect) in
            guard let key = model.keys.find(outcome.prediction) else {
                throw InputDefect("a segment answers \(work.spelt(outcome.prediction)), which is no class of its model")
            }
            let votes = work.scores[range.lowerBound + key] + (isWeighted ? segment.weight : 1)
            work.scores[range.lowerBound + key] = precision.rounded(votes)
            work.scores[firstTurn + key] = min(work.scores[firstTurn + key], turn)
            turn += 1
        }
        guard count != nil else { return try model.absent(work) }
        try Shares.simplemax(&work.scores, range, precision)
        let best = (0..<range.count).max { left, right in
            let (less, more) = (work.scores[range.lowerBound + left], work.scores[range.lowerBound + right])
            return less == more ? work.scores[firstTurn + left] > work.scores[firstTurn + right] : less < more
        }
        guard let best else { return try model.absent(work) }
        return Outcome(prediction: model.keys.values[best], kind: .probabilities, entity: Int32(best))
    }

    private func combineShares(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Outcome {
        let range = model.firstScore..<model.firstScore + model.keys.count
        for index in range { work.scores[index] = 0 }
        if method == .max || method == .median { return try combineChosen(model, work, range) }
        let (isWeighted, precision) = (method.isWeighted, precision)
        var weights = 0.0
        let count = try each(work) { segment, outcome throws(InputDefect) in
            try requireShares(outcome, segment)
            weights = precision.rounded(weights + segment.weight)
            let program = work.program.models[Int(outcome.model)]
            for (own, key) in program.keys.values.enumerated() {
                guard let index = model.keys.find(key) else { continue }
                let share = work.scores[program.firstScore + own]
                let at = range.lowerBound + index
                work.scores[at] = precision.rounded(
                    work.scores[at] + precision.rounded(isWeighted ? segment.weight * share : share)
                )
            }
        }
        guard let count else { return try model.absent(work) }
        let divisor = isWeighted ? weights : Double(count)
        guard divisor != 0 else { throw InputDefect("the weights of segments add up to 0") }
        for index in range { work.scores[index] = precision.rounded(work.scores[index] / divisor) }
        return try model.classification(work)
    }

    private func requireShares(_ outcome: Outcome, _ segment: Segment) throws(InputDefect) {
        guard outcome.kind == .probabilities else {
            throw InputDefect("segment '\(segment.model.name)' has no probabilities to combine")
        }
    }

    /// The mean of those segments' shares that have the greatest share of the class with the greatest (or median) one.
    private func combineChosen(
        _ model: ModelProgram,
        _ work: Workspace,
        _ range: Range<Int>
    ) throws(InputDefect) -> Outcome {
        let width = model.keys.count
        var rows: [Double] = []
        let count = try each(work) { segment, outcome throws(InputDefect) in
            try requireShares(outcome, segment)
            let program = work.program.models[Int(outcome.model)]
            let start = rows.count
            rows.append(contentsOf: repeatElement(0, count: width))
            for (own, key) in program.keys.values.enumerated() {
                if let index = model.keys.find(key) { rows[start + index] = work.scores[program.firstScore + own] }
            }
        }
        guard let count else { return try model.absent(work) }
        let typical = (0..<width).map { key in
            let column = (0..<count).map { rows[$0 * width + key] }.sorted()
            if method == .max { return column[count - 1] }
            let middle = count / 2
            return count % 2 == 1 ? column[middle] : (column[middle - 1] + column[middle]) / 2
        }
        guard
            let winner = typical.indices.max(by: { typical[$0] < typical[$1] || typical[$0] == typical[$1] && $0 > $1 })
        else { return try model.absent(work) }
        let distances = (0..<count).map { (rows[$0 * width + winner] - typical[winner]).magnitude }
        let least = distances.min() ?? 0
        let chosen = (0..<count).filter { distances[$0] == least }
        for key in 0..<width {
            let sum = chosen.reduce(0) { precision.rounded($0 + rows[$1 * width + key]) }
            work.scores[range.lowerBound + key] = precision.rounded(sum / Double(chosen.count))
        }
        return try model.classification(work)
    }
}
