import Base
import Statistics
import Testing

/// Distributions against scipy.
struct DistributionTests {
    private let reference: Reference

    init() throws { reference = try Reference() }

    @Test func betaIsScipys() throws {
        for row in try reference.rows("beta") {
            let beta = Beta(try row.number("a"), try row.number("b"))
            let x = try row.number("x")
            // What lgamma of a million is off by is the logarithm's absolute error.
            let relative = beta.alpha + beta.beta > 10_000 ? 1e-8 : 1e-11
            expectNear(beta.cumulative(x), try row.number("lower"), relative: relative, "lower \(row.text)")
            expectNear(beta.survival(x), try row.number("upper"), relative: relative, "upper \(row.text)")
            expectNear(beta.density(x), try row.number("density"), relative: relative, "density \(row.text)")
        }
        for row in try reference.rows("betaQuantile") {
            let beta = Beta(try row.number("a"), try row.number("b"))
            expectNear(beta.quantile(try row.number("p")), try row.number("x"), "quantile \(row.text)")
        }
    }

    @Test func chiSquaredIsScipys() throws {
        for row in try reference.rows("chiSquared") {
            let survival = ChiSquared.survival(try row.number("x"), degrees: try row.number("k"))
            expectNear(survival, try row.number("upper"), relative: 1e-11, "\(row.text)")
        }
    }

    @Test func normalQuantileIsScipys() throws {
        for row in try reference.rows("normalQuantile") {
            expectNear(Normal().quantile(try row.number("p")), try row.number("x"), relative: 1e-12, "\(row.text)")
        }
    }

    @Test func studentIsScipys() throws {
        for row in try reference.rows("student") {
            let student = StudentT(degrees: try row.number("degrees"))
            let t = try row.number("t")
            let relative = student.degrees > 10_000 ? 1e-8 : 1e-11
            expectNear(student.survival(t), try row.number("upper"), relative: relative, "\(row.text)")
            expectNear(student.cumulative(-t), try row.number("upper"), relative: relative, "\(row.text)")
            expectNear(student.density(t), try row.number("density"), relative: relative, "\(row.text)")
            expectNear(student.quantile(0.975), try row.number("quantile975"), relative: relative, "\(row.text)")
            expectNear(student.quantile(0.025), -(try row.number("quantile975")), relative: relative, "\(row.text)")
        }
    }

    @Test func drawsFollowTheirDistribution() {
        var chance = SeededGenerator(seed: 7)
        let distributions: [any Distribution] = [
            Beta(0.6, 3), Beta(40, 2), Normal(mean: -2, deviation: 3), StudentT(degrees: 5, center: 1, spread: 2),
        ]
        for distribution in distributions {
            // By Dvoretzky, Kiefer and Wolfowitz the greatest distance exceeds this once in a million runs.
            let count = 2000
            let values = (0..<count).map { _ in distribution.draw(using: &chance) }.sorted()
            let distance = values.enumerated().map { rank, value in
                abs(distribution.cumulative(value) - Double(rank) / Double(count))
            }.max()
            #expect(distance ?? 1 < 0.061, "\(distribution)")
        }
    }
}
