import Base
import Statistics
import Testing

/// What may be looked at after every request: the evidence itself, and runs with a seed that look again and again.
struct PeekingTests {
    private static let runs = 200
    private static let looks = 25

    @Test func evidenceIsTheMixturesIntegral() throws {
        for row in try Reference().rows("evidence") {
            let rate = Rate(try #require(row["successes"].int), of: try #require(row["trials"].int))
            let evidence = RateEvidence(rate)
            expectNear(evidence.against(try row.number("rate")), try row.number("log"), relative: 1e-8, row.text)
            let interval = evidence.interval(confidence: 0.95)
            for bound in [interval.lower, interval.upper] where bound > 0 && bound < 1 {
                expectNear(evidence.against(bound), 2.995_732_273_553_991, relative: 1e-6, "evidence at a bound")
            }
        }
    }

    /// The chance of a false alarm at any of many looks: what was promised, where a test for one look breaks it.
    @Test func looksAtEqualRatesSeldomAlarm() {
        var chance = SeededGenerator(seed: 11)
        var (alarms, fixedAlarms, missed) = (0, 0, 0)
        for _ in 0..<Self.runs {
            var arms = [Rate(0, of: 0), Rate(0, of: 0)]
            var (isAlarmed, isFixedAlarmed, isMissed) = (false, false, false)
            for look in 1...Self.looks {
                // Growing steps: looks at all sizes from 20 on.
                for _ in 0..<(2 * look + 10) { for arm in arms.indices { arms[arm].add(chance.next() % 10 == 0) } }
                if AnytimeDifference.pValue(arms[0], arms[1]) < 0.05 { isAlarmed = true }
                if !FixedDifference.interval(arms[0], arms[1], confidence: 0.95).contains(0) { isFixedAlarmed = true }
                if !RateEvidence(arms[0]).interval(confidence: 0.95).contains(0.1) { isMissed = true }
            }
            if isAlarmed { alarms += 1 }
            if isFixedAlarmed { fixedAlarms += 1 }
            if isMissed { missed += 1 }
        }
        #expect(alarms <= Self.runs / 20)
        #expect(missed <= Self.runs / 20)
        #expect(fixedAlarms > Self.runs / 10, "looks that a test for one look would not survive")
    }

    @Test func looksAtEqualMeansSeldomAlarm() throws {
        var chance = SeededGenerator(seed: 12)
        var (alarms, missed) = (0, 0)
        for _ in 0..<Self.runs {
            var arms = [Moments(), Moments()]
            var (isAlarmed, isMissed) = (false, false)
            for look in 1...Self.looks {
                for _ in 0..<(2 * look + 10) {
                    for arm in arms.indices {
                        arms[arm].add(Double(chance.next() % 1000) + Double(chance.next() % 1000))
                    }
                }
                guard let difference = AnytimeDifference(arms[0], arms[1], confidence: 0.95) else { continue }
                if difference.pValue < 0.05 || !difference.interval.contains(0) { isAlarmed = true }
                let own = try #require(MeanEvidence(arms[0])).interval(confidence: 0.95)
                if !own.contains(999) { isMissed = true }
            }
            if isAlarmed { alarms += 1 }
            if isMissed { missed += 1 }
        }
        #expect(alarms <= Self.runs / 20)
        #expect(missed <= Self.runs / 20)
    }

    @Test func aRealDifferenceIsFound() throws {
        let rates = AnytimeDifference(Rate(500, of: 5000), Rate(370, of: 5000), confidence: 0.95)
        #expect(rates.interval.lower > 0 && rates.interval.contains(0.026))
        #expect(rates.pValue < 0.05)
        let none = AnytimeDifference(Rate(0, of: 0), Rate(5, of: 5), confidence: 0.95)
        #expect(none.interval.contains(0) && none.pValue == 1)
        let first = Moments(count: 5000, mean: 10, variance: 9)
        let second = Moments(count: 5000, mean: 9.6, variance: 9)
        let means = try #require(AnytimeDifference(first, second, confidence: 0.95))
        #expect(means.interval.lower > 0 && means.interval.contains(0.4) && means.pValue < 1e-4)
        let few = AnytimeDifference(Moments(count: 29, mean: 1, variance: 1), first, confidence: 0.95)
        #expect(few == nil, "no normal limit of 29 numbers")
    }

    @Test func aSampleTurnsItsSign() throws {
        let rate = Sample.rate(Rate(3, of: 10))
        #expect(rate.mirrored == .rate(Rate(7, of: 10)))
        let mean = Sample.mean(Moments(count: 50, mean: 3, variance: 4))
        #expect(mean.mirrored == .mean(Moments(count: 50, mean: -3, variance: 4)))
        #expect(rate.difference(from: mean, confidence: 0.95) == nil)
        #expect(Sample.mean(Moments()).interval(confidence: 0.95) == .everything)
    }
}

extension Rate {
    fileprivate mutating func add(_ isSuccess: Bool) {
        trials += 1
        if isSuccess { successes += 1 }
    }
}
