import Prediction

/// The nearest of given rows, and what they say of the target.
struct NearestNeighborModel: ModelBody {
    enum Continuous: String { case median, average, weightedAverage }
    enum Categorical: String { case majorityVote, weightedMajorityVote }

    let comparison: Comparison
    /// Row-major: instances × fields.
    let instances: [Double]
    /// Of fields that are texts, the numbers that stand for them.
    let texts: [[Value: Double]]
    /// What each instance says of the target; empty where nothing is predicted.
    let targets: [Value]
    let neighbors: Int
    /// What distances are raised by before they weigh.
    let threshold: Double
    let continuous: Continuous
    let categorical: Categorical
    let isRegression: Bool
    /// How many instances say each value.
    let counts: [Value: Int]

    func evaluate(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Outcome {
        try comparison.read(work, into: &work.sums, texts)
        let row = work.sums
        let width = comparison.fields.count
        let adjustment = comparison.isSimilarity ? 1 : try comparison.adjustment(row)
        for index in 0..<model.keys.count {
            let value = try comparison.value(row, instances, from: index * width, adjustment)
            work.scores[model.firstScore + index] = value
        }
        let kind: Outcome.Kind = comparison.isSimilarity ? .similarities : .distances
        guard !targets.isEmpty else { return Outcome(kind: kind) }
        selectNearest(model, work)
        guard isRegression else { return Outcome(prediction: try vote(model, work), kind: kind) }
        return Outcome(prediction: try average(model, work), kind: kind)
    }

    /// Puts the indices of the nearest instances in order into `work.order`, of equally near ones the first.
    private func selectNearest(_ model: ModelProgram, _ work: Workspace) {
        work.order.removeAll(keepingCapacity: true)
        let sign = comparison.isSimilarity ? -1.0 : 1.0
        for index in 0..<model.keys.count {
            let value = sign * work.scores[model.firstScore + index]
            if work.order.count == neighbors {
                guard let last = work.order.last, value < sign * work.scores[model.firstScore + Int(last)] else {
                    continue
                }
                work.order.removeLast()
            }
            var at = work.order.count
            while at > 0, sign * work.scores[model.firstScore + Int(work.order[at - 1])] > value { at -= 1 }
            work.order.insert(Int32(index), at: at)
        }
    }

    private func weight(_ index: Int32, _ model: ModelProgram, _ work: Workspace) -> Double {
        1 / (work.scores[model.firstScore + Int(index)] + threshold)
    }

    private func average(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Value {
        var (sum, weights) = (0.0, 0.0)
        var numbers: [Double] = []
        for index in work.order {
            let number = try work.number(targets[Int(index)])
            let weight = continuous == .weightedAverage ? weight(index, model, work) : 1
            sum += weight * number
            weights += weight
            if continuous == .median { numbers.append(number) }
        }
        guard continuous == .median else { return try model.target.value(of: sum / weights) }
        numbers.sort()
        let middle = numbers.count / 2
        return try model.target.value(
            of: numbers.count % 2 == 1 ? numbers[middle] : (numbers[middle - 1] + numbers[middle]) / 2
        )
    }

    /// The value with most votes; of equal ones the one that most instances say, then the least.
    private func vote(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Value {
        var votes: [(value: Value, weight: Double)] = []
        for index in work.order {
            let value = targets[Int(index)]
            let weight = categorical == .weightedMajorityVote ? weight(index, model, work) : 1
            if let at = votes.firstIndex(where: { $0.value == value }) {
                votes[at].weight += weight
            } else {
                votes.append((value, weight))
            }
        }
        let most = votes.map(\.weight).max() ?? 0
        let winners = votes.filter { $0.weight == most }.map(\.value)
        guard winners.count > 1 else { return winners.first ?? .missing }
        let largest = winners.map { counts[$0] ?? 0 }.max()
        return winners.filter { counts[$0] == largest }.min { work.isLess($0, $1) } ?? .missing
    }
}

extension Workspace {
    /// The order of values: of numbers their own, of texts that of their characters.
    fileprivate func isLess(_ left: Value, _ right: Value) -> Bool {
        if let left = left.double, let right = right.double { return left < right }
        return spelt(left).utf16.lexicographicallyPrecedes(spelt(right).utf16)
    }
}
