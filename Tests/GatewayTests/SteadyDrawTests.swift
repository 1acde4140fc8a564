import Base
import Gateway
import Testing

@Suite struct SteadyDrawTests {
    private static let splits: [[Int]] = [
        [70, 30], [50, 50], [90, 10], [99, 1], [1, 1, 1], [50, 30, 20], [333, 667], [1, 999_999],
    ]
    private static let seeds: Range<UInt64> = 0..<40

    /// Which of the weights each of so many requests falls to.
    private static func shared(_ count: Int, _ weights: [Int], seed: UInt64) -> [Int] {
        var chance = SeededGenerator(seed: seed)
        var draw = SteadyDraw(using: &chance)
        let sum = weights.reduce(0, +)
        return (0..<count).map { _ in
            let number = draw.next(using: &chance)
            return SteadyDraw.choose(by: number, among: weights.indices, weight: { weights[$0] }, sum: sum) ?? -1
        }
    }

    /// A point of 1,000 requests are ten; and no moment on the way there is far off.
    @Test(arguments: splits) func everyPartIsAsItsWeightSaysAllTheWay(_ weights: [Int]) {
        let sum = Double(weights.reduce(0, +))
        for seed in Self.seeds {
            var counts = [Int](repeating: 0, count: weights.count)
            var farthest = 0.0
            for (index, chosen) in Self.shared(1000, weights, seed: seed).enumerated() {
                counts[chosen] += 1
                let off = weights.indices.map {
                    abs(Double(counts[$0]) - Double(index + 1) * Double(weights[$0]) / sum)
                }
                farthest = max(farthest, off.max() ?? 0)
            }
            #expect(farthest < 10, "seed \(seed): \(farthest)")
        }
    }

    /// Rhythms of arrivals: the period of the block, Fibonacci numbers (to which a Weyl sequence alone is blind), others.
    @Test(arguments: [2, 3, 5, 8, 13, 16, 21, 32, 34, 55, 64, 89, 144])
    func noRhythmOfArrivalsGetsMoreOfOneSide(_ period: Int) {
        let (rounds, part) = (400, 0.3)
        for seed in Self.seeds.prefix(2) {
            let chosen = Self.shared(rounds * period, [7, 3], seed: seed)
            for phase in [0, period / 2] {
                let ones = stride(from: phase, to: chosen.count, by: period).count { chosen[$0] == 1 }
                // Five standard deviations of pure chance.
                let allowed = 5 * (Double(rounds) * part * (1 - part)).squareRoot()
                #expect(abs(Double(ones) - Double(rounds) * part) < allowed, "seed \(seed), phase \(phase): \(ones)")
            }
        }
    }

    @Test func everyPlaceOfABlockIsUniformOverSeeds() {
        let seeds = UInt64(2000)
        var ones = [Int](repeating: 0, count: SteadyDraw.blockCount)
        for seed in 0..<seeds {
            for (place, chosen) in Self.shared(ones.count, [7, 3], seed: seed).enumerated() { ones[place] += chosen }
        }
        let allowed = 5 * (Double(seeds) * 0.21).squareRoot()
        #expect(ones.allSatisfy { abs(Double($0) - 0.3 * Double(seeds)) < allowed }, "\(ones)")
    }

    @Test func theSameSeedDrawsTheSame() {
        #expect(Self.shared(100, [7, 3], seed: 1) == Self.shared(100, [7, 3], seed: 1))
        #expect(Self.shared(100, [7, 3], seed: 1) != Self.shared(100, [7, 3], seed: 2))
        #expect(SteadyDraw.choose(by: .max, among: [0, 0], weight: { $0 }, sum: 0) == nil)
    }
}
