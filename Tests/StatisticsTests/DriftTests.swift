import Base
import Statistics
import Testing

/// Tests of drift against scipy and numpy.
struct DriftTests {
    private let reference: Reference

    init() throws { reference = try Reference() }

    @Test func numbersAreComparedAsScipyDoes() throws {
        for row in try reference.rows("driftNumbers") {
            let (first, second) = (try row.numbers("first"), try row.numbers("second"))
            let test = try #require(KolmogorovSmirnov(first, second))
            expectNear(test.statistic, try row.number("statistic"), "statistic")
            expectNear(test.pValue, try row.number("pValue"), relative: 1e-9, "p-value")
            let distance = try #require(Wasserstein.distance(first, second))
            expectNear(distance, try row.number("wasserstein"), "wasserstein")
        }
        #expect(KolmogorovSmirnov([], [1]) == nil && Wasserstein.distance([.nan], [1]) == nil)
    }

    /// Samples too many for exact counting: the numbers 0... against the same moved up.
    @Test func largeSamplesTakeTheLimit() throws {
        for row in try reference.rows("driftLarge") {
            let count = try #require(row["count"].int)
            let shift = try row.number("shift")
            let numbers = (0..<count).map { Double($0) }
            let test = try #require(KolmogorovSmirnov(numbers, numbers.map { $0 + shift }))
            expectNear(test.pValue, try row.number("pValue"), relative: 0, absolute: 1e-6, "p-value")
        }
    }

    @Test func categoriesAreComparedAsScipyDoes() throws {
        for row in try reference.rows("driftCounts") {
            let (first, second) = (try row.numbers("first").map { Int($0) }, try row.numbers("second").map { Int($0) })
            let test = try #require(CategoryShift.chiSquared(first, second))
            expectNear(test.statistic, try row.number("chiSquared"), "chi-squared")
            expectNear(test.pValue, try row.number("pValue"), relative: 1e-9, "p-value")
            let index = try #require(CategoryShift.stabilityIndex(first, second))
            expectNear(index, try row.number("stabilityIndex"), "stability index")
            let distance = try #require(CategoryShift.jensenShannon(first, second))
            expectNear(distance, try row.number("jensenShannon"), absolute: 1e-9, "Jensen-Shannon")
        }
        #expect(CategoryShift.chiSquared([1, 2], [1]) == nil && CategoryShift.jensenShannon([0], [0]) == nil)
        #expect(
            CategoryShift.stabilityIndex([-1, 2], [1, 2]) == nil && CategoryShift.chiSquared([4, 0], [5, 0]) == nil
        )
    }

    @Test func rowsAreComparedByTheKernelsMean() throws {
        var chance = SeededGenerator(seed: 3)
        for row in try reference.rows("driftRows") {
            let first = try #require(row["first"].array).map { $0.array?.compactMap(\.double) ?? [] }
            let second = try #require(row["second"].array).map { $0.array?.compactMap(\.double) ?? [] }
            let test = try #require(MeanDiscrepancy(first, second, using: &chance))
            expectNear(test.statistic, try row.number("statistic"), "discrepancy")
            let isSame = try row.number("shift") == 0
            #expect(isSame ? test.pValue > 0.05 : test.pValue < 0.01, "p-value \(test.pValue)")
        }
        #expect(MeanDiscrepancy([[1], [2, 3]], [[1], [2]], using: &chance) == nil)
    }

    @Test func manyTestsAreCorrected() throws {
        for row in try reference.rows("manyTests") {
            let pValues = try row.numbers("pValues")
            for (got, expected) in zip(ManyTests.holm(pValues), try row.numbers("holm")) {
                expectNear(got, expected, "Holm")
            }
            for (got, expected) in zip(ManyTests.benjaminiHochberg(pValues), try row.numbers("hochberg")) {
                expectNear(got, expected, "Benjamini-Hochberg")
            }
        }
    }

    /// False alarms and findings of many runs with a seed.
    @Test func smallShiftsAreFoundAndNoneIsSeldomTold() throws {
        var chance = SeededGenerator(seed: 17)
        func alarms(shift: Double) throws -> Int {
            try (0..<200).count { _ in
                let first = (0..<150).map { _ in Normal().draw(using: &chance) }
                let second = (0..<150).map { _ in Normal(mean: shift).draw(using: &chance) }
                return try #require(KolmogorovSmirnov(first, second)).pValue < 0.05
            }
        }
        let (none, some) = (try alarms(shift: 0), try alarms(shift: 0.5))
        #expect((2...19).contains(none), "5 % of 200, within three deviations")
        #expect(some > 180)
    }
}
