/// How far numbers of one sample have to be carried to become the other: the area between the two shares.
package enum Wasserstein {
    /// Nil where a sample is empty. Numbers that are not finite are left out.
    package static func distance(_ first: [Double], _ second: [Double]) -> Double? {
        let (a, b) = (first.filter(\.isFinite).sorted(), second.filter(\.isFinite).sorted())
        guard !a.isEmpty, !b.isEmpty else { return nil }
        var (i, j) = (0, 0)
        var (sum, last) = (0.0, min(a[0], b[0]))
        while i < a.count || j < b.count {
            let next = min(i < a.count ? a[i] : .infinity, j < b.count ? b[j] : .infinity)
            sum += (next - last) * abs(Double(i) / Double(a.count) - Double(j) / Double(b.count))
            last = next
            while i < a.count, a[i] == next { i += 1 }
            while j < b.count, b[j] == next { j += 1 }
        }
        return sum
    }
}
