import Base
import Statistics
import Testing

/// Intervals for one look, against scipy.
struct IntervalTests {
    private let reference: Reference

    init() throws { reference = try Reference() }

    private func expectSame(_ interval: Interval, _ bounds: [Double], _ what: String) {
        expectNear(interval.lower, bounds[0], "\(what) lower")
        expectNear(interval.upper, bounds[1], "\(what) upper")
    }

    @Test func ratesAreScipys() throws {
        for row in try reference.rows("rates") {
            let rate = Rate(try #require(row["successes"].int), of: try #require(row["trials"].int))
            expectSame(rate.wilson(confidence: 0.95), try row.numbers("wilson"), "wilson \(rate)")
            expectSame(rate.exact(confidence: 0.95), try row.numbers("exact"), "exact \(rate)")
        }
    }

    @Test func meansAreScipys() throws {
        for row in try reference.rows("means") {
            let (first, second) = (Moments(try row.numbers("first")), Moments(try row.numbers("second")))
            expectNear(first.mean, try row.number("mean"), "mean")
            expectNear(try #require(first.variance), try row.number("variance"), "variance")
            expectSame(first.interval(confidence: 0.95), try row.numbers("own"), "student")
            expectNear(try #require(FixedDifference.pValue(first, second)), try row.number("pValue"), "welch")
            let difference = FixedDifference.interval(first, second, confidence: 0.95)
            expectSame(difference, try row.numbers("interval"), "welch")
        }
    }

    @Test func differenceOfRatesIsNewcombes() throws {
        for row in try reference.rows("newcombe") {
            let counts = try row.numbers("counts").map { Int($0) }
            let (first, second) = (Rate(counts[0], of: counts[1]), Rate(counts[2], of: counts[3]))
            let interval = FixedDifference.interval(first, second, confidence: 0.95)
            expectSame(interval, try row.numbers("interval"), "newcombe \(counts)")
        }
    }

    @Test func bestIsAQuadratureOfScipys() throws {
        for row in try reference.rows("bestRate") {
            let arms = try #require(row["arms"].array).map { Beta($0[0].double ?? 0, $0[1].double ?? 0) }
            for (got, expected) in zip(BestArm.probabilities(arms), try row.numbers("best")) {
                expectNear(got, expected, relative: 1e-7, absolute: 1e-9, row.text)
            }
        }
        for row in try reference.rows("bestMean") {
            let arms = try #require(row["arms"].array).map { arm in
                StudentT(degrees: arm[0].double ?? 0, center: arm[1].double ?? 0, spread: arm[2].double ?? 0)
            }
            for (got, expected) in zip(BestArm.probabilities(arms), try row.numbers("best")) {
                expectNear(got, expected, relative: 1e-6, absolute: 1e-8, row.text)
            }
        }
    }

    @Test func momentsOfPartsAreThoseOfTheWhole() throws {
        let numbers = (0..<100).map { Double($0 * $0 % 37) / 7 }
        var merged = Moments(numbers[..<13])
        merged.merge(Moments(numbers[13...]))
        merged.merge(Moments())
        let whole = Moments(numbers)
        #expect(merged.count == 100)
        expectNear(merged.mean, whole.mean, "mean")
        expectNear(try #require(merged.variance), try #require(whole.variance), "variance")
    }

    @Test func countsFromOutsideAreBroughtIntoOrder() {
        #expect(Rate(9, of: 3) == Rate(3, of: 3))
        #expect(Rate(-1, of: -1).estimate == nil)
        #expect(Rate(0, of: 0).wilson(confidence: 0.95) == Interval(0, 1))
        #expect(Moments(count: -4, mean: 1, variance: -1).interval(confidence: 0.95) == .everything)
    }
}
