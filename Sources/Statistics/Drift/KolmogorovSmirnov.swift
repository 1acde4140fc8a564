import Glibc

/// The test of Kolmogorov and Smirnov: whether two samples of numbers are of one distribution.
package struct KolmogorovSmirnov: Equatable, Sendable {
    /// The greatest distance between the two shares of numbers up to a value.
    package let statistic: Double
    /// The chance of so great a distance, or a greater one, where there is no difference.
    package let pValue: Double

    /// Pairs up to which chances are counted exactly; beyond, the limit's error is below 1e-6 for balanced samples.
    private static let pairsMax = 10_000_000

    /// Nil where a sample is empty. Numbers that are not finite are left out.
    package init?(_ first: [Double], _ second: [Double]) {
        let (a, b) = (first.filter(\.isFinite).sorted(), second.filter(\.isFinite).sorted())
        guard !a.isEmpty, !b.isEmpty else { return nil }
        statistic = KolmogorovSmirnov.distance(a, b)
        let (n, m) = (Double(a.count), Double(b.count))
        pValue =
            a.count * b.count <= KolmogorovSmirnov.pairsMax
            ? KolmogorovSmirnov.exact(statistic, a.count, b.count)
            : KolmogorovSmirnov.limit(statistic, size: (n * m / (n + m)).rounded())
    }

    private static func distance(_ a: [Double], _ b: [Double]) -> Double {
        var (i, j) = (0, 0)
        var greatest = 0.0
        while i < a.count, j < b.count {
            let value = min(a[i], b[j])
            while i < a.count, a[i] == value { i += 1 }
            while j < b.count, b[j] == value { j += 1 }
            greatest = max(greatest, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
        }
        return greatest
    }

    /// The share of lattice paths that leave the band around the diagonal (Hodges 1958; Schröer and Trenkler 1995).
    private static func exact(_ statistic: Double, _ n: Int, _ m: Int) -> Double {
        // A path that touches the statistic itself has left: half a step below it is inside.
        let pairs = Double(n) * Double(m)
        let band = (0.5 + (statistic * pairs - 1e-7).rounded(.down)) / pairs
        // Chances to have left by each point of a column; those outside the band are certain.
        var left = (0...m).map { Double($0) / Double(m) > band ? 1.0 : 0 }
        for i in 1...n {
            let share = Double(i) / Double(n)
            if share > band { left[0] = 1 }
            for j in 1...m {
                if abs(share - Double(j) / Double(m)) > band {
                    left[j] = 1
                } else {
                    let last = Double(i) / Double(i + j)
                    left[j] = last * left[j] + (1 - last) * left[j - 1]
                }
            }
        }
        return min(1, left[m])
    }

    /// The one-sample distribution with this size (Pelz and Good 1976; Simard and L'Ecuyer 2011, section 3.3).
    private static func limit(_ statistic: Double, size: Double) -> Double {
        let z = statistic * size.squareRoot()
        guard z > 0.2 else { return 1 }
        let (z2, p2) = (z * z, Double.pi * Double.pi)
        var sums = (zero: 0.0, one: 0.0, two: 0.0, three: 0.0)
        for k in -20...20 {
            let (whole, half) = (p2 * Double(k * k), p2 * (Double(k) - 0.5) * (Double(k) - 0.5))
            let (atWhole, atHalf) = (exp(-whole / (2 * z2)), exp(-half / (2 * z2)))
            sums.zero += atHalf
            sums.one += (half - z2) * atHalf
            let z4 = z2 * z2
            sums.two += (6 * z4 * z2 + 2 * z4 + (2 * z4 - 5 * z2) * half + (1 - 2 * z2) * half * half) * atHalf
            sums.two -= 2 * z4 * whole * atWhole
            sums.three += (5 - 30 * z2) * half * half * half * atHalf
            sums.three += (212 * z4 - 60 * z2) * half * half * atHalf
            sums.three += ((135 * z4 - 96 * z4 * z2) * half - 30 * z4 * z2 - 90 * z4 * z4) * atHalf
            sums.three += 60 * z4 * (3 * z2 * whole - whole * whole) * atWhole
        }
        let root = (Double.pi / 2).squareRoot()
        let cumulative =
            root / z * sums.zero + root / (6 * pow(z, 4)) * sums.one / size.squareRoot()
            + root / (72 * pow(z, 7)) * sums.two / size + root / (6480 * pow(z, 10)) * sums.three / pow(size, 1.5)
        return min(1, max(0, 1 - cumulative))
    }
}
