import Glibc
import Pickle
import Prediction
import Sklearn

/// scikit-learn's QuantileTransformer: where in the distribution of its column a number lies.
struct QuantileTransformer: Transformer {
    let rules: RowRules
    /// For each column its quantiles, one column behind the other.
    let quantiles: [Double]
    /// Which quantiles these are, from 0 to 1.
    let references: [Double]
    /// Bounds of what comes out where that is normally distributed, else uniformly between 0 and 1.
    let normalBounds: ClosedRange<Double>?
    /// Whether zeros that sparse rows leave out were ignored.
    let ignoresZeros: Bool

    /// scikit-learn's BOUNDS_THRESHOLD: a normal distribution is cut off this far from 0 and 1.
    private static let threshold = 1e-7

    var input: Input { rules.input }
    var outputColumns: Int { rules.columns }

    static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let rules = try value.rowRules(sparse: true, nan: true)
        let references = try value.member("references_").tensor().values
        guard !references.isEmpty else { throw value.defect("references_ is empty") }
        let rows = try value.member("quantiles_").matrix(rows: references.count, columns: rules.columns)
        let choice = try value.member("output_distribution")
        guard choice.isText("normal") || choice.isText("uniform") else {
            throw choice.defect("is neither normal nor uniform")
        }
        let low = normalQuantile(threshold - .ulpOfOne)
        let transformer = QuantileTransformer(
            rules: rules,
            quantiles: rows.transposed().values,
            references: references,
            normalBounds: choice.isText("normal") ? low...(-low) : nil,
            ignoresZeros: try value.member("ignore_implicit_zeros").flag()
        )
        return EstimatorSteps(transformers: [transformer])
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        if batch.content == .sparse, !ignoresZeros, batch.sparse.values.contains(where: { $0 < 0 }) {
            throw InputDefect("QuantileTransformer only accepts non-negative sparse matrices.")
        }
        quantiles.withUnsafeBufferPointer { quantiles in
            batch.mapEntries { column, value in
                let start = column * references.count
                return place(value, UnsafeBufferPointer(rebasing: quantiles[start..<start + references.count]))
            }
        }
    }

    private func place(_ value: Double, _ quantiles: UnsafeBufferPointer<Double>) -> Double {
        if value.isNaN { return value }
        let (low, high) = (quantiles[0], quantiles[quantiles.count - 1])
        guard let bounds = normalBounds else {
            return value == low ? 0 : value == high ? 1 : interpolate(value, quantiles)
        }
        let threshold = QuantileTransformer.threshold
        let part = value - threshold < low ? 0 : value + threshold > high ? 1 : interpolate(value, quantiles)
        return min(max(normalQuantile(part), bounds.lowerBound), bounds.upperBound)
    }

    /// The mean of what the first and the last of equal quantiles give.
    private func interpolate(_ value: Double, _ quantiles: UnsafeBufferPointer<Double>) -> Double {
        let above = QuantileTransformer.firstIndex(in: quantiles) { $0 > value }
        // Seldom is the number itself a quantile.
        let isQuantile = above > 0 && quantiles[above - 1] == value
        let notBelow = isQuantile ? QuantileTransformer.firstIndex(in: quantiles) { $0 >= value } : above
        let rising: Double
        if above == 0 || above == quantiles.count {
            rising = references[max(0, above - 1)]
        } else {
            rising = slope(above, quantiles) * (value - quantiles[above - 1]) + references[above - 1]
        }
        let falling: Double
        if notBelow == 0 || notBelow == quantiles.count {
            falling = references[min(notBelow, quantiles.count - 1)]
        } else {
            falling = references[notBelow] - slope(notBelow, quantiles) * (quantiles[notBelow] - value)
        }
        return 0.5 * (rising + falling)
    }

    private func slope(_ index: Int, _ quantiles: UnsafeBufferPointer<Double>) -> Double {
        (references[index] - references[index - 1]) / (quantiles[index] - quantiles[index - 1])
    }

    /// The first of sorted numbers for which `holds`, which holds for all that follow.
    private static func firstIndex(in sorted: UnsafeBufferPointer<Double>, where holds: (Double) -> Bool) -> Int {
        var (first, count) = (0, sorted.count)
        // Halved without a branch that the processor would guess wrong every other time.
        while count > 1 {
            let half = count / 2
            first += holds(sorted[first + half - 1]) ? 0 : half
            count -= half
        }
        return count == 1 && !holds(sorted[first]) ? first + 1 : first
    }
}

/// The number below which a standard normal variable lies with a probability.
///
/// Starts from Abramowitz and Stegun 26.2.23, whose error is below 4.5e-4, and refines it by Halley's method.
func normalQuantile(_ probability: Double) -> Double {
    guard probability > 0, probability < 1 else {
        return probability == 0 ? -.infinity : probability == 1 ? .infinity : .nan
    }
    // In the lower half, where nothing is lost by taking from 1.
    guard probability <= 0.5 else { return -normalQuantile(1 - probability) }
    let t = (-2 * log(probability)).squareRoot()
    let numerator = 2.515517 + t * (0.802853 + t * 0.010328)
    var x = numerator / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t
    for _ in 0..<3 {
        let density = exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
        let step = (0.5 * erfc(-x / 2.0.squareRoot()) - probability) / density
        x -= step / (1 + 0.5 * x * step)
        // The next step would be about as large as the third power of this one.
        if abs(step) < 1e-8 { break }
    }
    return x
}
