package import Base
import Glibc

/// Quantiles of any number of numbers in bounded memory, each within one percent of the true value; sketches of parts
/// merge into the sketch of the whole (DDSketch: Masson, Rim, Lee, VLDB 2019).
package struct QuantileSketch: Equatable, Sendable {
    private var above = SketchBins()
    /// Numbers below zero, by their distance from it.
    private var below = SketchBins()
    private var zeros = 0

    /// How far a quantile may lie from the true one, as a share of it.
    package static let relativeError = 0.01
    /// Numbers nearer to zero count as zero.
    private static let smallest = 1e-12
    private static let logBase = log((1 + relativeError) / (1 - relativeError))

    package init() {}

    package var count: Int { above.count + zeros + below.count }

    /// Takes in a number; what is not finite is left out.
    package mutating func add(_ number: Double) {
        guard number.isFinite else { return }
        if number > QuantileSketch.smallest {
            above.add(QuantileSketch.bin(of: number))
        } else if number < -QuantileSketch.smallest {
            below.add(QuantileSketch.bin(of: -number))
        } else {
            zeros += 1
        }
    }

    package mutating func merge(_ other: QuantileSketch) {
        above.merge(other.above)
        below.merge(other.below)
        zeros += other.zeros
    }

    /// The number that a share `p` of all lies below; nil while there is none.
    package func quantile(_ p: Double) -> Double? {
        guard count > 0 else { return nil }
        return value(atRank: Int((min(max(p, 0), 1) * Double(count - 1)).rounded(.down)))
    }

    /// How many numbers exceed a bound of at least zero, within the sketch's error of the bound.
    package func count(above bound: Double) -> Int {
        guard bound > QuantileSketch.smallest else { return above.count }
        guard bound.isFinite else { return 0 }
        return above.count(beyond: QuantileSketch.bin(of: bound))
    }

    /// A quantile's interval, valid however often it is looked at: the numbers at those ranks that trials of rate `p`
    /// could have led to (Howard, Ramdas: Sequential estimation of quantiles, 2022, for one quantile). Nil without numbers.
    package func interval(_ p: Double, confidence: Double) -> Interval? {
        guard count > 0 else { return nil }
        let bound = -log(1 - confidence)
        func isLikely(_ rank: Int) -> Bool { RateEvidence(Rate(rank, of: count)).against(p) < bound }
        let middle = min(count, Int((p * Double(count)).rounded()))
        let low = QuantileSketch.firstRank(0, middle) { isLikely($0) }
        let high = QuantileSketch.firstRank(middle, count + 1) { !isLikely($0) }
        return Interval(
            low == 0 ? -.infinity : value(atRank: low - 1),
            high > count ? .infinity : value(atRank: min(high, count) - 1)
        )
    }

    /// The first of ranks in `low...high` that `holds`, which from there on it does.
    private static func firstRank(_ low: Int, _ high: Int, _ holds: (Int) -> Bool) -> Int {
        var (low, high) = (low, high)
        while low < high {
            let middle = (low + high) / 2
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The number at a rank that is counted from 0.
    private func value(atRank rank: Int) -> Double {
        if rank < below.count {
            return -QuantileSketch.middle(of: below.bin(atRank: below.count - 1 - rank))
        }
        if rank < below.count + zeros { return 0 }
        return QuantileSketch.middle(of: above.bin(atRank: rank - below.count - zeros))
    }

    /// The bin of numbers in (γ^(bin-1), γ^bin].
    private static func bin(of number: Double) -> Int { Int((log(number) / logBase).rounded(.up)) }

    /// The number with the same relative distance to both ends of a bin.
    private static func middle(of bin: Int) -> Double {
        exp(Double(bin) * logBase) * (1 - relativeError)
    }

    // MARK: as text

    /// The sketch as text: bins by their counts.
    package var json: JSON { ["above": above.json, "below": below.json, "zeros": .int(Int64(zeros))] }

    /// Reads what `json` wrote; nil where it is something else.
    package init?(_ json: JSON) {
        guard let above = SketchBins(json["above"]), let below = SketchBins(json["below"]),
            let zeros = json["zeros"].int,
            (0...SketchBins.countMax).contains(zeros)
        else { return nil }
        self.init()
        (self.above, self.below, self.zeros) = (above, below, zeros)
    }
}
