import Glibc
package import Pickle
package import Prediction

/// How alike two rows are: the kernels of scikit-learn's `pairwise_kernels`.
package enum PairwiseKernel: Sendable {
    case linear, cosine
    case polynomial(gamma: Double, offset: Double, degree: Double)
    case sigmoid(gamma: Double, offset: Double)
    case radial(gamma: Double)
    case laplacian(gamma: Double)
    case chiSquared(gamma: Double)
    case additiveChiSquared

    /// A kernel by its name; parameters that are not given are those of scikit-learn's functions.
    package init(
        _ name: PickleValue,
        columns: Int,
        gamma: Double?,
        offset: Double?,
        degree: Double?
    ) throws(ModelDefect) {
        let share = gamma ?? 1 / Double(columns)
        switch try name.text() {
        case "linear": self = .linear
        case "cosine": self = .cosine
        case "poly", "polynomial": self = .polynomial(gamma: share, offset: offset ?? 1, degree: degree ?? 3)
        case "sigmoid": self = .sigmoid(gamma: share, offset: offset ?? 1)
        case "rbf": self = .radial(gamma: share)
        case "laplacian": self = .laplacian(gamma: share)
        case "chi2": self = .chiSquared(gamma: gamma ?? 1)
        case "additive_chi2": self = .additiveChiSquared
        case let other: throw name.refusal(.kernelOfRows, "kernel \(other) is not native")
        }
    }

    /// Whether rows must not hold numbers below zero.
    package var refusesNegative: Bool { isChiSquared }

    var isChiSquared: Bool {
        switch self {
        case .chiSquared, .additiveChiSquared: true
        default: false
        }
    }

    var isCosine: Bool { if case .cosine = self { true } else { false } }

    /// The kernel of two rows of as many numbers.
    package func value(_ x: UnsafeBufferPointer<Double>, _ y: UnsafeBufferPointer<Double>) -> Double {
        switch self {
        case .linear: PairwiseKernel.sum(x, y, *)
        case .cosine: PairwiseKernel.cosine(x, y)
        case .polynomial(let gamma, let offset, let degree): pow(gamma * PairwiseKernel.sum(x, y, *) + offset, degree)
        case .sigmoid(let gamma, let offset): tanh(gamma * PairwiseKernel.sum(x, y, *) + offset)
        case .radial(let gamma): exp(-gamma * PairwiseKernel.sum(x, y) { ($0 - $1) * ($0 - $1) })
        case .laplacian(let gamma): exp(-gamma * PairwiseKernel.sum(x, y) { abs($0 - $1) })
        case .chiSquared(let gamma): exp(gamma * PairwiseKernel.sum(x, y, PairwiseKernel.chiSquared))
        case .additiveChiSquared: PairwiseKernel.sum(x, y, PairwiseKernel.chiSquared)
        }
    }

    @inline(__always)
    private static func sum(
        _ x: UnsafeBufferPointer<Double>,
        _ y: UnsafeBufferPointer<Double>,
        _ term: (Double, Double) -> Double
    ) -> Double {
        var sum = 0.0
        for index in x.indices { sum += term(x[index], y[index]) }
        return sum
    }

    private static func chiSquared(_ x: Double, _ y: Double) -> Double {
        x + y == 0 ? 0 : -(x - y) * (x - y) / (x + y)
    }

    private static func cosine(_ x: UnsafeBufferPointer<Double>, _ y: UnsafeBufferPointer<Double>) -> Double {
        let lengths = sum(x, x, *).squareRoot() * sum(y, y, *).squareRoot()
        return lengths > 0 ? sum(x, y, *) / lengths : 0
    }
}
