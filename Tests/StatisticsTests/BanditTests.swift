import Base
import Statistics
import Testing

/// Shares within bounds, and what choosing by them costs.
struct BanditTests {
    struct Case: CustomTestStringConvertible {
        let shares: [Double]
        let bounds: ClosedRange<Int>
        let percents: [Int]
        var testDescription: String { "\(shares) in \(bounds)" }
    }

    @Test(arguments: [
        Case(shares: [0.7, 0.3], bounds: 0...100, percents: [70, 30]),
        Case(shares: [1, 0], bounds: 5...95, percents: [95, 5]),
        Case(shares: [1, 0, 0], bounds: 10...100, percents: [80, 10, 10]),
        Case(shares: [0.9, 0.06, 0.04], bounds: 0...50, percents: [50, 26, 24]),
        Case(shares: [1.0 / 3, 1.0 / 3, 1.0 / 3], bounds: 0...100, percents: [34, 33, 33]),
        Case(shares: [0.5, 0.3, 0.2], bounds: 40...100, percents: [34, 33, 33]),
        Case(shares: [0.9, 0.1], bounds: 0...20, percents: [50, 50]),
        Case(shares: [0.2], bounds: 0...20, percents: [100]),
        Case(shares: [], bounds: 0...20, percents: []),
    ])
    func percentsKeepTheirBounds(_ c: Case) {
        #expect(WeightBounds.percents(c.shares, bounds: c.bounds) == c.percents)
    }

    @Test func sharesFollowWhatIsBelieved() {
        var chance = SeededGenerator(seed: 5)
        let beliefs: [any Distribution] = [Beta(41, 961), Beta(55, 947)]
        let thompson = Bandit(.thompson).weights(beliefs, using: &chance)
        let best = BestArm.probabilities(beliefs).map { $0 * 100 }
        #expect(abs(Double(thompson[0]) - best[0]) < 4)
        let greedy = Bandit(.epsilonGreedy(0.1)).weights(beliefs, using: &chance)
        #expect(greedy == [5, 95])
        #expect(Bandit(.thompson).weights([nil, nil, nil, nil], using: &chance) == [25, 25, 25, 25])
        #expect(Bandit(.thompson, bounds: 10...90).weights([Beta(1, 500), nil, Beta(500, 1)], using: &chance)[1] == 28)
    }

    @Test func oneSeedGivesOneRun() {
        func run(_ seed: UInt64) -> [Int] {
            var chance = SeededGenerator(seed: seed)
            return (0..<20).flatMap {
                Bandit(.thompson).weights([Beta(Double($0 + 1), 9), Beta(3, 9)], using: &chance)
            }
        }
        #expect(run(1) == run(1))
        #expect(run(1) != run(2))
    }

    /// Successes missed in 3,000 requests by not knowing the best of three arms from the start.
    @Test func regretIsLessThanThatOfAnEvenSplit() {
        let rates = [0.05, 0.10, 0.15]
        func regret(_ bandit: Bandit?, seed: UInt64) -> Double {
            var chance = SeededGenerator(seed: seed)
            var arms = rates.map { _ in Rate(0, of: 0) }
            var missed = 0.0
            for request in 0..<3000 {
                let arm = bandit?.choose(arms.map(\.posterior), using: &chance) ?? request % 3
                arms[arm].trials += 1
                if Double(chance.next() % 10_000) < rates[arm] * 10_000 { arms[arm].successes += 1 }
                missed += 0.15 - rates[arm]
            }
            return missed
        }
        let seeds: [UInt64] = [1, 2, 3, 4, 5]
        func mean(_ bandit: Bandit?) -> Double { seeds.map { regret(bandit, seed: $0) }.reduce(0, +) / 5 }
        let even = mean(nil)
        let (thompson, greedy) = (mean(Bandit(.thompson)), mean(Bandit(.epsilonGreedy(0.1))))
        #expect(even > 149 && even < 151)
        #expect(thompson < even / 3)
        #expect(greedy < even / 2)
    }
}
