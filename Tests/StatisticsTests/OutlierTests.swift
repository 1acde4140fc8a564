import Base
import Statistics
import Testing

/// Rows far from the others.
struct OutlierTests {
    @Test func distancesAreScipys() throws {
        for row in try Reference().rows("mahalanobis") {
            let rows = try #require(row["rows"].array).map { $0.array?.compactMap(\.double) ?? [] }
            let distance = try #require(Mahalanobis(rows))
            for (point, expected) in zip(try #require(row["points"].array), try row.numbers("squares")) {
                // The ridge that keeps dependent columns apart costs nine digits.
                expectNear(
                    distance.squaredDistance(point.array?.compactMap(\.double) ?? []),
                    expected,
                    relative: 1e-6,
                    "distance"
                )
            }
        }
        let dependent = (0..<20).map { [Double($0), Double($0) * 2] }
        #expect(Mahalanobis(dependent)?.squaredDistance([3, 6]).isFinite == true)
        #expect(Mahalanobis([[1, 2]]) == nil && Mahalanobis([]) == nil && Mahalanobis([[1], [.nan], [2]]) == nil)
        #expect(Mahalanobis(dependent)?.squaredDistance([.nan, 1]) == .infinity)
    }

    /// Forests are grown by chance: their scores lie within the error of a hundred trees.
    @Test func isolationScoresAreScikitLearns() throws {
        for row in try Reference().rows("isolation") {
            let rows = try #require(row["rows"].array).map { $0.array?.compactMap(\.double) ?? [] }
            var chance = SeededGenerator(seed: 5)
            let forest = try #require(IsolationForest(rows, trees: 400, using: &chance))
            for (point, expected) in zip(try #require(row["points"].array), try row.numbers("scores")) {
                let score = forest.score(point.array?.compactMap(\.double) ?? [])
                #expect(abs(score - expected) < 0.02, "\(score), expected \(expected)")
            }
        }
        var chance = SeededGenerator(seed: 5)
        #expect(IsolationForest([[1, 1]], using: &chance) == nil)
        #expect(IsolationForest([[1, 1], [1, 1]], using: &chance)?.score([5, 5]) ?? 9 < 0.6, "nothing to cut")
    }
}
