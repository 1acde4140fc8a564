import Base
import Statistics
import Testing

/// Quantiles of sketches against sorted numbers.
struct SketchTests {
    private func numbers(_ count: Int, seed: UInt64) -> [Double] {
        var chance = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            let size = Double(chance.next() % 1_000_000) + 1
            return chance.next() % 4 == 0 ? -size / 1000 : size * size / 1e6
        }
    }

    @Test func quantilesLieWithinOnePercent() throws {
        let numbers = numbers(5000, seed: 3) + [0, 0, 1e-13]
        var sketch = QuantileSketch()
        for number in numbers { sketch.add(number) }
        let sorted = numbers.sorted()
        for p in [0, 0.001, 0.1, 0.249, 0.25, 0.26, 0.5, 0.9, 0.99, 1] {
            let exact = sorted[Int(p * Double(sorted.count - 1))]
            expectNear(try #require(sketch.quantile(p)), exact, relative: 0.010001, absolute: 1e-12, "quantile \(p)")
        }
        let slow = sorted.filter { $0 > 1000 }.count
        let near = sorted.filter { abs($0 - 1000) < 20 }.count
        #expect(abs(sketch.count(above: 1000) - slow) <= near)
    }

    @Test func sketchesOfPartsMergeIntoThatOfTheWhole() {
        let numbers = numbers(2000, seed: 4)
        var (whole, first, second) = (QuantileSketch(), QuantileSketch(), QuantileSketch())
        for (place, number) in numbers.enumerated() {
            whole.add(number)
            if place % 3 == 0 { first.add(number) } else { second.add(number) }
        }
        first.merge(second)
        first.merge(QuantileSketch())
        for p in stride(from: 0, through: 1, by: 0.05) { #expect(first.quantile(p) == whole.quantile(p)) }
        #expect(first.count == whole.count)
    }

    @Test func memoryIsBoundedAndTheTopStaysRight() throws {
        var sketch = QuantileSketch()
        for power in stride(from: -11, through: 300, by: 1) { sketch.add(Double("1e\(power)") ?? 0) }
        sketch.add(.infinity)
        sketch.add(.nan)
        #expect(sketch.count == 312)
        expectNear(try #require(sketch.quantile(1)), 1e300, relative: 0.010001, "greatest")
        expectNear(try #require(sketch.quantile(0.97)), 1e290, relative: 0.010001, "near the top")
        sketch.add(1e-11)
        #expect(sketch.count == 313)
    }

    @Test func anIntervalHoldsTheQuantile() throws {
        var (chance, sketch) = (SeededGenerator(seed: 9), QuantileSketch())
        for _ in 0..<4000 { sketch.add(Double(chance.next() % 1000 + 1)) }
        for p in [0.5, 0.9, 0.99] {
            let interval = try #require(sketch.interval(p, confidence: 0.95))
            #expect(interval.contains(p * 1000))
            #expect(interval.upper - interval.lower < 130)
        }
        var few = QuantileSketch()
        few.add(1)
        #expect(few.interval(0.5, confidence: 0.95) == .everything)
        #expect(QuantileSketch().quantile(0.5) == nil)
    }
}
