import Base
import Glibc

// Draws that a simulation needs; the same seed gives the same.
extension SeededGenerator {
    /// A number from 0 up to 1, never 0.
    mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

    /// The largest of so many uniform numbers.
    mutating func root(_ count: Int) -> Double { count == 1 ? uniform() : exp(log(uniform()) / Double(count)) }

    /// A standard normal number.
    mutating func normal() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform()) }

    /// A count of a Poisson process that has `mean` on average; from 64 on by the normal law, which is as good there.
    mutating func poisson(_ mean: Double) -> Int {
        guard mean > 0 else { return 0 }
        guard mean < 64 else {
            return Int(max(0, (mean + mean.squareRoot() * normal()).rounded()).clamped(to: 1e9))
        }
        var (count, product) = (0, uniform())
        let end = exp(-mean)
        while product > end {
            count += 1
            product *= uniform()
        }
        return count
    }
}

extension Double {
    fileprivate func clamped(to most: Double) -> Double { Swift.min(self, most) }
}

/// Times that vary by the lognormal law around a mean, drawn from a table of its quantiles.
struct VaryingTime: Sendable {
    private let nanoseconds: [Int64]

    /// - Parameter spread: standard deviation in means; 0 for always the same.
    init(mean: Duration, spread: Double) {
        let (mean, count) = (Double(mean.nanoseconds), 4096)
        guard spread > 0 else {
            nanoseconds = [Int64(mean)]
            return
        }
        let variance = log(1 + spread * spread)
        // An hour is more than any timeout lets a request take.
        nanoseconds = (0..<count).map { index in
            let quantile = VaryingTime.normalQuantile((Double(index) + 0.5) / Double(count))
            return Int64(min(mean * exp(variance.squareRoot() * quantile - variance / 2), 3.6e12))
        }
    }

    func draw(_ chance: inout SeededGenerator) -> Int64 {
        nanoseconds.count == 1 ? nanoseconds[0] : nanoseconds[Int(chance.next() & 4095)]
    }

    /// Where the standard normal law has this share below, by bisection.
    private static func normalQuantile(_ share: Double) -> Double {
        var (low, high) = (-9.0, 9.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if 0.5 * erfc(-middle / 2.0.squareRoot()) < share { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
