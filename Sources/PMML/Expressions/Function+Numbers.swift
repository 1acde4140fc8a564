import Glibc
import Prediction

// Functions of numbers, with Java's rules for whole numbers of 32 bits.
extension Function.Arithmetic {
    /// Whether a missing argument makes the result missing.
    var isTolerant: Bool {
        switch self {
        case .add, .subtract, .multiply, .divide, .modulo: true
        case .pow, .threshold, .atan2, .hypot: false
        }
    }

    func apply(_ first: Value, _ second: Value, _ work: Workspace) throws(InputDefect) -> Value? {
        if case .integer(let left) = first, case .integer(let right) = second, let whole = whole(left, right) {
            return whole.map { .integer($0) }
        }
        let (left, right) = (try work.number(first), try work.number(second))
        let type = (first.type ?? .double).common(with: second.type ?? .double) ?? .double
        return switch self {
        case .atan2: .number(Glibc.atan2(left, right))
        case .hypot: .number(Glibc.hypot(left, right))
        default: type.value(apply(left, right))
        }
    }

    /// The result for whole numbers, nil inside where there is none; nil where they are taken as any numbers.
    private func whole(_ left: Int64, _ right: Int64) -> Int64?? {
        let result: Int64?
        switch self {
        case .add: result = left + right
        case .subtract: result = left - right
        case .multiply: result = left.multipliedReportingOverflow(by: right).partialValue
        case .divide: result = right == 0 ? nil : left / right
        case .modulo: result = right == 0 ? nil : left - Int64((Double(left) / Double(right)).rounded(.down)) * right
        case .pow: result = right < 0 ? nil : Int64(exactly: Glibc.pow(Double(left), Double(right)))
        case .threshold: result = left > right ? 1 : 0
        case .atan2, .hypot: return .none
        }
        return .some(result.flatMap { Int32(exactly: $0).map(Int64.init) })
    }

    private func apply(_ left: Double, _ right: Double) -> Double {
        switch self {
        case .add: left + right
        case .subtract: left - right
        case .multiply: left * right
        case .divide: left / right
        case .modulo: left - (left / right).rounded(.down) * right
        case .pow: Glibc.pow(left, right)
        case .threshold: left > right ? 1 : 0
        case .atan2: Glibc.atan2(left, right)
        case .hypot: Glibc.hypot(left, right)
        }
    }
}

extension Function.Math {
    func apply(_ number: Double, as type: DataType?) -> Value? {
        switch self {
        case .abs: return (type ?? .double).value(number.magnitude)
        case .rint: return (type ?? .double).value(number.rounded(.toNearestOrEven))
        case .ln: return .number(Glibc.log(number))
        case .log10: return .number(Glibc.log10(number))
        case .ln1p: return .number(Glibc.log1p(number))
        case .exp: return .number(Glibc.exp(number))
        case .expm1: return .number(Glibc.expm1(number))
        case .sqrt: return .number(number.squareRoot())
        case .erf: return .number(Glibc.erf(number))
        default: return .number(circular(number))
        }
    }

    private func circular(_ number: Double) -> Double {
        switch self {
        case .sin: Glibc.sin(number)
        case .cos: Glibc.cos(number)
        case .tan: Glibc.tan(number)
        case .asin: Glibc.asin(number)
        case .acos: Glibc.acos(number)
        case .atan: Glibc.atan(number)
        case .sinh: Glibc.sinh(number)
        case .cosh: Glibc.cosh(number)
        default: Glibc.tanh(number)
        }
    }
}

extension Function.Rounding {
    func apply(_ value: Value, _ number: Double) -> Value? {
        let rounded =
            switch self {
            case .floor: number.rounded(.down)
            case .ceil: number.rounded(.up)
            // Java rounds halves up, also below zero.
            case .round: number.javaRounded
            }
        return DataType.integer.value(rounded)
    }
}

extension Double {
    /// The nearest whole number, of two as near the greater.
    var javaRounded: Double {
        let down = rounded(.down)
        return self - down < 0.5 ? down : down + 1
    }
}

extension Function.Aggregate {
    /// The result over the values that are there; missing where none is.
    func apply(_ values: [Value], _ work: Workspace) throws(InputDefect) -> Value? {
        var numbers: [Double] = []
        var type: DataType?
        for value in values where !value.isMissing {
            numbers.append(try work.number(value))
            let own = value.type ?? .double
            type = type.map { $0.common(with: own) ?? .double } ?? own
        }
        guard let type, !numbers.isEmpty else { return .missing }
        let count = Double(numbers.count)
        switch self {
        case .min: return type.value(numbers.reduce(.infinity) { Swift.min($0, $1) })
        case .max: return type.value(numbers.reduce(-.infinity) { Swift.max($0, $1) })
        case .sum: return type.value(numbers.reduce(0, +))
        case .product: return type.value(numbers.reduce(1, *))
        case .avg: return (type == .integer ? DataType.double : type).value(numbers.reduce(0, +) / count)
        case .median: return (type == .integer ? DataType.double : type).value(median(numbers))
        case .stddev:
            let mean = numbers.reduce(0, +) / count
            let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            return .number(count > 1 ? (squares / (count - 1)).squareRoot() : 0)
        }
    }

    private func median(_ numbers: [Double]) -> Double {
        let sorted = numbers.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

extension Function.Normal {
    /// Of x (or of a probability), mean and standard deviation.
    func apply(_ numbers: [Double]) -> Double? {
        guard numbers.count == 3, numbers[2] > 0 else { return nil }
        let standard = (numbers[0] - numbers[1]) / numbers[2]
        return switch self {
        case .normalCDF, .stdNormalCDF: NormalDistribution.probability(below: standard)
        case .normalPDF, .stdNormalPDF: exp(-standard * standard / 2) / (numbers[2] * (2 * Double.pi).squareRoot())
        case .normalIDF, .stdNormalIDF: NormalDistribution.bound(of: numbers[0]) * numbers[2] + numbers[1]
        }
    }
}

/// The standard normal distribution.
enum NormalDistribution {
    static func probability(below x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

    /// The number below which a share lies: a rational approximation (Acklam's), made exact by two steps of Halley's.
    static func bound(of share: Double) -> Double {
        guard share > 0, share < 1 else { return share == 0 ? -.infinity : share == 1 ? .infinity : .nan }
        var x = first(share)
        for _ in 0..<2 {
            let error = probability(below: x) - share
            let step = error * (2 * Double.pi).squareRoot() * exp(x * x / 2)
            x -= step / (1 + x * step / 2)
        }
        return x
    }

    private static func first(_ share: Double) -> Double {
        let tail = 0.02425
        if share < tail { return far((-2 * log(share)).squareRoot()) }
        if share > 1 - tail { return -far((-2 * log(1 - share)).squareRoot()) }
        let q = share - 0.5
        let r = q * q
        let numerator =
            ((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r
                + 1.383577518672690e+02) * r - 3.066479806614716e+01) * r + 2.506628277459239e+00
        let denominator =
            ((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r
                + 6.680131188771972e+01) * r - 1.328068155288572e+01) * r + 1
        return numerator * q / denominator
    }

    private static func far(_ q: Double) -> Double {
        let numerator =
            ((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838e+00) * q
                - 2.549732539343734e+00) * q + 4.374664141464968e+00) * q + 2.938163982698783e+00
        let denominator =
            (((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996e+00) * q
                + 3.754408661907416e+00) * q + 1
        return numerator / denominator
    }
}
