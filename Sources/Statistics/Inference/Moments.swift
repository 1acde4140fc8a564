/// Count, mean and spread of numbers, one at a time or merged (Chan, Golub and LeVeque 1979).
package struct Moments: Equatable, Sendable {
    package private(set) var count: Int
    package private(set) var mean: Double
    /// Sum of squared distances from the mean.
    private var squares: Double

    package init() { (count, mean, squares) = (0, 0, 0) }

    /// Of what was told elsewhere; `variance` is the unbiased one.
    package init(count: Int, mean: Double, variance: Double) {
        self.count = max(0, count)
        self.mean = mean
        squares = max(0, variance) * Double(max(0, self.count - 1))
    }

    package init(_ numbers: some Sequence<Double>) {
        self.init()
        for number in numbers { add(number) }
    }

    /// The unbiased variance; nil for fewer than two numbers.
    package var variance: Double? { count < 2 ? nil : squares / Double(count - 1) }

    package mutating func add(_ number: Double) {
        count += 1
        let distance = number - mean
        mean += distance / Double(count)
        squares += distance * (number - mean)
    }

    package mutating func merge(_ other: Moments) {
        guard other.count > 0 else { return }
        let distance = other.mean - mean
        let (own, others) = (Double(count), Double(other.count))
        count += other.count
        mean += distance * others / (own + others)
        squares += other.squares + distance * distance * own * others / (own + others)
    }

    /// Student's interval of the mean, for one look at a number of values that was set before.
    package func interval(confidence: Double) -> Interval {
        guard let variance else { return .everything }
        let t = StudentT(degrees: Double(count - 1)).quantile((1 + confidence) / 2)
        let half = t * (variance / Double(count)).squareRoot()
        return Interval(mean - half, mean + half)
    }

    /// What is believed of the mean after these numbers where nothing was known before (Jeffreys' prior); nil while
    /// they say nothing of the spread.
    package var posterior: StudentT? {
        guard let variance, variance > 0 else { return nil }
        return StudentT(degrees: Double(count - 1), center: mean, spread: (variance / Double(count)).squareRoot())
    }
}
