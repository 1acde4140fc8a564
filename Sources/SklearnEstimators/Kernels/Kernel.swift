import Prediction

/// How alike a row and a support vector are.
enum Kernel: Equatable, Sendable {
    /// x · v
    case linear
    /// (γ x · v + c)ⁿ
    case polynomial(gamma: Double, coef0: Double, degree: Int)
    /// exp(−γ |x − v|²)
    case radial(gamma: Double)
    /// tanh(γ x · v + c)
    case sigmoid(gamma: Double, coef0: Double)
}

/// The last step of a kernel, for eight support vectors at once: from what row and vector have in common to the value.
protocol KernelForm {
    /// Whether it takes the square of the distance; else the product.
    static var takesDistance: Bool { get }
    func value(_ common: SIMD8<Double>) -> SIMD8<Double>
}

struct LinearForm: KernelForm {
    static let takesDistance = false

    @inline(__always) func value(_ common: SIMD8<Double>) -> SIMD8<Double> { common }
}

struct PolynomialForm: KernelForm {
    static let takesDistance = false
    let gamma: Double
    let coef0: Double
    let degree: Int

    /// By repeated squaring, as libsvm does.
    @inline(__always) func value(_ common: SIMD8<Double>) -> SIMD8<Double> {
        var power = gamma * common + coef0
        var result = SIMD8<Double>(repeating: 1)
        var left = degree
        while left > 0 {
            if left & 1 == 1 { result *= power }
            power *= power
            left >>= 1
        }
        return result
    }
}

struct RadialForm: KernelForm {
    static let takesDistance = true
    let gamma: Double

    @inline(__always) func value(_ common: SIMD8<Double>) -> SIMD8<Double> {
        Exponential.ofNegative(-gamma * common)
    }
}

struct SigmoidForm: KernelForm {
    static let takesDistance = false
    let gamma: Double
    let coef0: Double

    @inline(__always) func value(_ common: SIMD8<Double>) -> SIMD8<Double> {
        Exponential.hyperbolicTangent(gamma * common + coef0)
    }
}
