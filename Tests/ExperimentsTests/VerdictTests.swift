import Base
import Experiments
import KServeModel
import Statistics
import Testing

/// What is said of counts.
struct VerdictTests {
    @Test func figures() {
        let texts = [0, 12, 0.123456, 1234.4, -0.00012345, 99.95, 1e300].map(Figure.text)
        #expect(texts == ["0", "12", "0.123", "1234.4", "-0.000123", "100", "1e+300"])
        #expect([1, 0.5, 0.99949, 0.0001].map(Figure.percent) == ["> 99.9 %", "50 %", "99.9 %", "< 0.1 %"])
    }

    @Test func aClearDifferenceIsDecided() {
        let arms = [arm("stable", requests: 2000, errors: 200), arm("next", requests: 2000, errors: 80)]
        let verdict = Verdict(arms, baseline: 0, by: Comparison(.errorRate, confidence: 0.95))
        #expect(verdict.best == 1 && verdict.isDecided)
        #expect(verdict.advantages.map(\.arm) == [1])
        #expect((verdict.advantages.first?.difference.interval.lower ?? 0) > 0, "positive means better")
        #expect(
            verdict.sentence
                == "next is better: error rate 4 % against 10 % of stable; 95 % sure, however often one has looked."
        )
    }

    @Test func aSmallDifferenceIsNot() {
        let arms = [arm("stable", requests: 500, errors: 20), arm("next", requests: 500, errors: 15)]
        let verdict = Verdict(arms, baseline: 0, by: Comparison(.errorRate, confidence: 0.95))
        #expect(verdict.best == 1 && !verdict.isDecided)
        #expect(verdict.sentence.hasPrefix("Not decided: next is best with probability 80.2 %"))
    }

    @Test func whatIsMissingIsTold() {
        let none = [arm("stable", requests: 10), arm("next", requests: 0)]
        let errors = Verdict(none, baseline: 0, by: Comparison(.errorRate, confidence: 0.95))
        #expect(errors.sentence == "Not decided: no requests of next yet." && errors.best == nil)
        let rewards = Verdict(none, baseline: 0, by: Comparison(.reward, confidence: 0.95))
        #expect(rewards.sentence == "Not decided: no rewards of stable, next yet.")
    }

    @Test func latencyIsBetterWhereItIsLess() {
        let arms = [arm("stable", requests: 3000, slowest: 20), arm("next", requests: 3000, slowest: 10)]
        for bound in [nil, 9.0] {
            let comparison = Comparison(.latency, slowerThanMilliseconds: bound, confidence: 0.95)
            let verdict = Verdict(arms, baseline: 0, by: comparison)
            #expect(verdict.best == 1 && verdict.isDecided, "\(verdict.sentence)")
        }
    }

    @Test func rewardsAreARateOrNumbers() {
        let clicks = (0..<400).map { $0 % 4 == 0 ? 1.0 : 0 }
        let sales = (0..<400).map { Double($0 % 10) }
        let comparison = Comparison(.reward, confidence: 0.95)
        #expect(comparison.sample(arm("a", requests: 1, rewards: clicks).tally) == .rate(Rate(100, of: 400)))
        let arms = [arm("a", requests: 1, rewards: clicks), arm("b", requests: 1, rewards: sales)]
        let verdict = Verdict(arms, baseline: 0, by: comparison)
        #expect(verdict.best == 1 && verdict.isDecided, "\(verdict.sentence)")
    }
}
