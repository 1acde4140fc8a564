/// Decides what share of requests each arm gets next, by what is believed of their values, the more the better.
package struct Bandit: Equatable, Sendable {
    /// How it weighs trying against using.
    package enum Rule: Equatable, Sendable {
        /// An arm's share is the chance that a draw from what is believed of it is the greatest (Thompson 1933).
        case thompson
        /// The arm with the greatest expected value gets all but this share, which all arms divide evenly.
        case epsilonGreedy(Double)
    }

    package let rule: Rule
    /// The least and the most of an arm, in percent.
    package let bounds: ClosedRange<Int>

    /// Draws that Thompson's shares are made of: they are off by 1.1 percent points at most, one time in three.
    private static let draws = 2000

    package init(_ rule: Rule, bounds: ClosedRange<Int> = 0...100) {
        self.rule = rule
        self.bounds = bounds
    }

    /// Whole percents that sum to 100. An arm of which nothing is believed yet gets an even share.
    package func weights(
        _ beliefs: [(any Distribution)?],
        using chance: inout some RandomNumberGenerator
    ) -> [Int] {
        guard !beliefs.isEmpty else { return [] }
        let known = beliefs.indices.filter { beliefs[$0] != nil }
        let even = 1 / Double(beliefs.count)
        var shares = beliefs.map { _ in even }
        let wins = won(by: known.compactMap { beliefs[$0] }, using: &chance)
        for (place, share) in zip(known, wins) { shares[place] = share * even * Double(known.count) }
        return WeightBounds.percents(shares, bounds: bounds)
    }

    /// The arm that the next single request goes to, by Thompson's rule or the greedy one.
    package func choose(_ beliefs: [any Distribution], using chance: inout some RandomNumberGenerator) -> Int {
        switch rule {
        case .thompson: Bandit.greatest(beliefs.map { $0.draw(using: &chance) }, using: &chance)
        case .epsilonGreedy(let epsilon):
            chance.unit() < epsilon
                ? min(Int(chance.unit() * Double(beliefs.count)), beliefs.count - 1)
                : Bandit.greatest(beliefs.map(\.center), using: &chance)
        }
    }

    private func won(
        by beliefs: [any Distribution],
        using chance: inout some RandomNumberGenerator
    ) -> [Double] {
        guard beliefs.count > 1 else { return beliefs.map { _ in 1 } }
        switch rule {
        case .thompson:
            var wins = beliefs.map { _ in 0 }
            for _ in 0..<Bandit.draws { wins[choose(beliefs, using: &chance)] += 1 }
            return wins.map { Double($0) / Double(Bandit.draws) }
        case .epsilonGreedy(let epsilon):
            let best = Bandit.greatest(beliefs.map(\.center), using: &chance)
            let tried = epsilon / Double(beliefs.count)
            return beliefs.indices.map { $0 == best ? 1 - epsilon + tried : tried }
        }
    }

    /// The place of the greatest value; of several, one by chance.
    private static func greatest(_ values: [Double], using chance: inout some RandomNumberGenerator) -> Int {
        let top = values.max() ?? 0
        let places = values.indices.filter { values[$0] == top }
        guard places.count > 1 else { return places.first ?? 0 }
        return places[min(Int(chance.unit() * Double(places.count)), places.count - 1)]
    }
}
