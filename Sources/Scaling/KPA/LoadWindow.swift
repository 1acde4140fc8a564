package import Base

/// The load of a revision over the last seconds, in buckets of `granularity`: what Knative's autoscaler averages.
///
/// A bucket holds the sum of what was recorded in its time. Writes move the window on; what they pass over is zero. The
/// running total is kept by adding and taking away as upstream does it, so that its rounding is upstream's too.
package struct LoadWindow: Sendable {
    /// How values of a window become one.
    package enum Averaging: Sendable {
        /// All buckets weigh the same.
        case linear
        /// The newest weigh most, each one before it less by a constant factor.
        case weightedExponential
    }

    private let averaging: Averaging
    /// Seconds of a bucket.
    private let granularity: Int64
    /// In nanoseconds.
    private var window: Int64
    private var buckets: [Double]
    private var total = 0.0
    /// Number of the first bucket written; nil before the first write, and where it is not known any more.
    private var first: Int64?
    /// Number of the bucket written last; nil before the first write.
    private var last: Int64?

    /// A window without data.
    package init(_ window: Duration, granularity: Int64 = 1, averaging: Averaging = .linear) {
        self.averaging = averaging
        self.granularity = max(1, granularity)
        self.window = window.nanoseconds
        buckets = [Double](repeating: 0, count: LoadWindow.count(window, self.granularity))
    }

    /// Buckets of a window: as many as it needs to be covered, one at least.
    private static func count(_ window: Duration, _ granularity: Int64) -> Int {
        let bucket = granularity * 1_000_000_000
        return max(1, Int((window.nanoseconds + bucket - 1) / bucket))
    }

    private func bucket(of time: WallTime) -> Int64 { time.seconds.flooredDivision(by: granularity).quotient }

    private func place(_ bucket: Int64) -> Int { Int(bucket.flooredDivision(by: Int64(buckets.count)).remainder) }

    /// How long buckets are apart, in nanoseconds.
    private func distance(_ later: Int64, _ earlier: Int64) -> Int64 {
        (later - earlier) &* granularity &* 1_000_000_000
    }
}

// Writing.
extension LoadWindow {
    /// Adds a value to its time's bucket; one that is older than the window is dropped.
    package mutating func record(_ value: Double, at time: WallTime) {
        let now = bucket(of: time)
        if now != last {
            if let last, distance(last, now) >= window { return }
            if first.map({ $0 > now }) ?? true { first = now }
            if last.map({ now > $0 }) ?? true { advance(to: now) }
        }
        buckets[place(now)] += value
        total += value
    }

    private mutating func advance(to now: Int64) {
        if let last, distance(now, last) < window {
            for passed in (last + 1)...now {
                total -= buckets[place(passed)]
                buckets[place(passed)] = 0
            }
        } else {
            first = now
            for index in buckets.indices { buckets[index] = 0 }
            total = 0
        }
        last = now
    }

    /// Gives the window another length, and keeps what fits into it of data that is not outdated.
    package mutating func resize(to window: Duration, at time: WallTime) {
        guard window.nanoseconds != self.window else { return }
        var resized = LoadWindow(window, granularity: granularity, averaging: averaging)
        resized.last = last
        if let last, distance(bucket(of: time), last) <= self.window {
            for age in 0..<Int64(min(buckets.count, resized.buckets.count)) {
                let value = buckets[place(last - age)]
                resized.buckets[resized.place(last - age)] = value
                resized.total += value
            }
            resized.first = last - Int64(buckets.count - 1)
        }
        self = resized
    }
}

// Reading.
extension LoadWindow {
    /// Whether nothing was written for longer than the window.
    package func isEmpty(at time: WallTime) -> Bool {
        last.map { distance(bucket(of: time), $0) > window } ?? true
    }

    /// The average at a time, which is not before the last write by much.
    package func average(at time: WallTime) -> Double {
        guard let last else { return 0 }
        let now = bucket(of: time)
        return switch averaging {
        case .linear: linearAverage(now, last)
        case .weightedExponential: weightedAverage(now, last)
        }
    }

    /// Over the buckets from the first to the last write, without those that have left the window since.
    private func linearAverage(_ now: Int64, _ last: Int64) -> Double {
        let passed = max(0, now - last)
        guard passed == 0 || distance(now, last) < window else { return 0 }
        var sum = total
        for bucket in (last + 1)..<(last + 1 + passed) { sum -= buckets[place(bucket)] }
        let written = first.map { last - $0 + 1 } ?? .max
        let valid = min(written, Int64(buckets.count) - passed)
        // Six decimals, half away from zero.
        return (sum / Double(valid) * 1e6).rounded(.toNearestOrAwayFromZero) / 1e6
    }

    private func weightedAverage(_ now: Int64, _ last: Int64) -> Double {
        guard distance(now, last) <= window else { return 0 }
        let coefficient = LoadWindow.smoothing(buckets.count)
        let passed = Int(max(0, now - last))
        var factor = coefficient
        if passed > 0 { factor *= (1 - coefficient).raised(to: passed) }
        var average = 0.0
        for age in 0..<max(0, buckets.count - passed) {
            average += buckets[place(last - Int64(age))] * factor
            factor *= 1 - coefficient
        }
        return average
    }

    /// Share of the newest of so many buckets: all together weigh 0.9999, and the newest 0.2 at least.
    package static func smoothing(_ buckets: Int) -> Double {
        smoothings.indices.contains(buckets - 1) ? smoothings[buckets - 1] : 0.2
    }

    /// 1 - 0.0001^(1/n) for n from 1, in upstream's arithmetic: libm's differs from it in the last bit of ten of them.
    private static let smoothings = [
        0.9999, 0.99, 0.9535841116638721, 0.9, 0.8415106807538886, 0.7845565309968116, 0.7317304204720274,
        0.683772233983162, 0.6406186336195372, 0.6018928294465027, 0.5671238718916941, 0.535841116638722,
        0.507611736829326, 0.4820525320768788, 0.45883047345353634, 0.4376586748096509, 0.41829086706256413,
        0.40051574968105896, 0.3841517889339736, 0.36904265551980675, 0.3550533228962376, 0.342066775342432,
        0.3299812496490411, 0.31870793094203875, 0.3081690290810636, 0.29829617132961717, 0.28902905676875645,
        0.28031432699884795, 0.27210461560168486, 0.2643577455403586, 0.25703604924050527, 0.2501057906675441,
        0.24353667244537114, 0.23730141409765548, 0.231375389960226, 0.2257363173188729, 0.22036398695947668,
        0.21524002964853872, 0.21034771315002732, 0.2056717652757185, 0.20119821919842973,
    ]
}

extension Double {
    /// This number, 0 or more, to the power of an exponent, squared bit by bit on mantissas as Go's `math.Pow` does.
    fileprivate func raised(to exponent: Int) -> Double {
        guard self > 0 else { return exponent == 0 ? 1 : 0 }
        // Mantissas from 0.5 up to 1.
        var (base, baseExponent) = (significand / 2, Int(self.exponent) + 1)
        var (result, resultExponent) = (1.0, 0)
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 {
                result *= base
                resultExponent += baseExponent
            }
            base *= base
            baseExponent *= 2
            if base < 0.5 {
                base += base
                baseExponent -= 1
            }
            rest >>= 1
        }
        return Double(sign: .plus, exponent: max(resultExponent, -1100), significand: result)
    }
}
