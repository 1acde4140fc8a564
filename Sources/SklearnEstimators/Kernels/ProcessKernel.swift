import Glibc
import Pickle
import Prediction
import Sklearn

/// Kernels of scikit-learn's Gaussian processes (Rasmussen and Williams, chapter 4), between different rows.
indirect enum ProcessKernel: Sendable {
    case constant(Double)
    /// Noise is nothing that two rows share.
    case white(noise: Double)
    case radial(lengths: [Double])
    case matern(nu: Double, lengths: [Double])
    case rationalQuadratic(length: Double, alpha: Double)
    case periodic(length: Double, period: Double)
    case product(sigma: Double)
    case sum(ProcessKernel, ProcessKernel)
    case times(ProcessKernel, ProcessKernel)
    case power(ProcessKernel, Double)

    init(_ value: PickleValue, columns: Int, depth: Int = 0) throws(ModelDefect) {
        guard depth < ModelLimits.nestingMax else {
            throw value.defect("kernels are nested deeper than \(ModelLimits.nestingMax) levels")
        }
        func part(_ name: String) throws(ModelDefect) -> ProcessKernel {
            try ProcessKernel(value.member(name), columns: columns, depth: depth + 1)
        }
        switch value.className?.name ?? "" {
        case "ConstantKernel": self = .constant(try value.member("constant_value").number())
        case "WhiteKernel": self = .white(noise: try value.member("noise_level").number())
        case "RBF": self = .radial(lengths: try value.member("length_scale").vector(columns))
        case "Matern":
            self = .matern(
                nu: try value.member("nu").number(),
                lengths: try value.member("length_scale").vector(columns)
            )
            if case .matern(let nu, _) = self, ![0.5, 1.5, 2.5, .infinity].contains(nu) {
                throw value.refusal(.kernelOfProcess, "Matern with nu \(nu) cannot be served natively")
            }
        case "RationalQuadratic":
            self = .rationalQuadratic(
                length: try value.member("length_scale").number(),
                alpha: try value.member("alpha").number()
            )
        case "ExpSineSquared":
            self = .periodic(
                length: try value.member("length_scale").number(),
                period: try value.member("periodicity").number()
            )
        case "DotProduct": self = .product(sigma: try value.member("sigma_0").number())
        case "Sum": self = .sum(try part("k1"), try part("k2"))
        case "Product": self = .times(try part("k1"), try part("k2"))
        case "Exponentiation": self = .power(try part("kernel"), try value.member("exponent").number())
        case let name: throw value.refusal(.kernelOfProcess, "\(name) cannot be served natively as a kernel")
        }
    }

    func value(_ x: Span<Double>, _ y: ArraySlice<Double>) -> Double {
        switch self {
        case .constant(let value): value
        case .white: 0
        case .radial(let lengths): exp(-0.5 * ProcessKernel.square(x, y, lengths))
        case .matern(let nu, let lengths): ProcessKernel.matern(nu, ProcessKernel.square(x, y, lengths))
        case .rationalQuadratic(let length, let alpha):
            pow(1 + ProcessKernel.square(x, y) / (2 * alpha * length * length), -alpha)
        case .periodic(let length, let period):
            exp(-2 * pow(sin(Double.pi / period * ProcessKernel.square(x, y).squareRoot()) / length, 2))
        case .product(let sigma): ProcessKernel.dot(x, y) + sigma * sigma
        case .sum(let first, let second): first.value(x, y) + second.value(x, y)
        case .times(let first, let second): first.value(x, y) * second.value(x, y)
        case .power(let kernel, let exponent): pow(kernel.value(x, y), exponent)
        }
    }

    /// The value between a row and itself.
    func variance(_ x: Span<Double>) -> Double {
        switch self {
        case .constant(let value): value
        case .white(let noise): noise
        case .radial, .matern, .rationalQuadratic, .periodic: 1
        case .product(let sigma): ProcessKernel.square(x) + sigma * sigma
        case .sum(let first, let second): first.variance(x) + second.variance(x)
        case .times(let first, let second): first.variance(x) * second.variance(x)
        case .power(let kernel, let exponent): pow(kernel.variance(x), exponent)
        }
    }

    private static func square(_ x: Span<Double>) -> Double {
        var sum = 0.0
        for index in x.indices { sum += x[index] * x[index] }
        return sum
    }

    private static func matern(_ nu: Double, _ square: Double) -> Double {
        let distance = square.squareRoot()
        if nu == 0.5 { return exp(-distance) }
        if nu == .infinity { return exp(-square / 2) }
        let scaled = distance * (2 * nu).squareRoot()
        return nu == 1.5 ? (1 + scaled) * exp(-scaled) : (1 + scaled + scaled * scaled / 3) * exp(-scaled)
    }

    private static func square(_ x: Span<Double>, _ y: ArraySlice<Double>, _ lengths: [Double]? = nil) -> Double {
        var sum = 0.0
        for index in x.indices {
            let away = (x[index] - y[y.startIndex + index]) / (lengths?[index] ?? 1)
            sum += away * away
        }
        return sum
    }

    private static func dot(_ x: Span<Double>, _ y: ArraySlice<Double>) -> Double {
        var sum = 0.0
        for index in x.indices { sum += x[index] * y[y.startIndex + index] }
        return sum
    }
}
