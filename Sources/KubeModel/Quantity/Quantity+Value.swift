extension Quantity: Comparable {
    package static func == (left: Quantity, right: Quantity) -> Bool { compare(left, right) == 0 }
    package static func < (left: Quantity, right: Quantity) -> Bool { compare(left, right) < 0 }

    /// Sum; saturates where it would not fit any machine.
    package static func + (left: Quantity, right: Quantity) -> Quantity {
        let format = left.mantissa == 0 ? right.format : left.format
        guard let (a, b, exponent) = aligned(left, right) else {
            return left.exponent > right.exponent ? left : right
        }
        let (sum, overflows) = a.addingReportingOverflow(b)
        let bound: Int128 = overflows ? (a < 0 ? -mantissaMax : mantissaMax) : sum
        return Quantity(max(-mantissaMax, min(mantissaMax, bound)), exponent: exponent, format: format)
    }

    package static func - (left: Quantity, right: Quantity) -> Quantity { left + -right }

    package static prefix func - (quantity: Quantity) -> Quantity {
        Quantity(-quantity.mantissa, exponent: quantity.exponent, format: quantity.format)
    }

    /// Sums stop here, two digits short of the mantissa's type, so that writing them cannot overflow.
    private static let mantissaMax = Int128.powerOfTen(36) ?? .max

    package var isZero: Bool { mantissa == 0 }

    /// The nearest double.
    package var double: Double {
        guard let power = Int128.powerOfTen(abs(exponent)) else {
            return mantissa == 0 ? 0 : exponent < 0 ? 0 : .infinity
        }
        return exponent < 0 ? Double(mantissa) / Double(power) : Double(mantissa) * Double(power)
    }

    /// Whole units, rounded away from zero: bytes.
    package var value: Int64 { scaled(to: 0) }
    /// Thousandths, rounded away from zero: millicores.
    package var milliValue: Int64 { scaled(to: -3) }

    /// This amount in whole thousandths, rounded away from zero, as resource lists hold it.
    package var roundedToMilli: Quantity {
        guard exponent < -3 else { return self }
        let rounded = Quantity.roundedUp(Int128(mantissa.magnitude), exponent, to: -3)
        return Quantity(mantissa.signum() * rounded.mantissa, exponent: -3, format: format)
    }

    /// In units of 10^`grain`, rounded away from zero, held within Int64.
    private func scaled(to grain: Int) -> Int64 {
        let sign = mantissa.signum()
        let rounded = Quantity.roundedUp(Int128(mantissa.magnitude), exponent, to: grain)
        guard let power = Int128.powerOfTen(rounded.exponent - grain) else {
            return mantissa == 0 ? 0 : mantissa < 0 ? .min : .max
        }
        let (magnitude, overflows) = rounded.mantissa.multipliedReportingOverflow(by: power)
        return overflows ? (sign < 0 ? .min : .max) : Int64(clamping: sign * magnitude)
    }

    private static func compare(_ left: Quantity, _ right: Quantity) -> Int {
        if left.mantissa.signum() != right.mantissa.signum() || left.mantissa == 0 {
            return Int(left.mantissa.signum() - right.mantissa.signum())
        }
        guard let (a, b, _) = aligned(left, right) else {
            // The gap of the exponents is wider than any mantissa: the greater exponent is the greater magnitude.
            return (left.exponent > right.exponent ? 1 : -1) * Int(left.mantissa.signum())
        }
        return a < b ? -1 : a == b ? 0 : 1
    }

    /// Both mantissas at the finer exponent; nil where one would not fit.
    private static func aligned(_ left: Quantity, _ right: Quantity) -> (Int128, Int128, exponent: Int)? {
        let exponent =
            left.mantissa == 0
            ? right.exponent
            : right.mantissa == 0
                ? left.exponent
                : min(left.exponent, right.exponent)
        guard let a = left.mantissa(at: exponent), let b = right.mantissa(at: exponent) else { return nil }
        return (a, b, exponent)
    }

    private func mantissa(at finer: Int) -> Int128? {
        if mantissa == 0 { return 0 }
        guard let power = Int128.powerOfTen(exponent - finer) else { return nil }
        let (product, overflows) = mantissa.multipliedReportingOverflow(by: power)
        return overflows ? nil : product
    }
}

extension Quantity {
    /// The canonical text: the shortest with a suffix of its family and no fraction, or the spelling that is kept.
    package var description: String { spelling ?? canonical }

    /// The canonical text of the value alone.
    private var canonical: String {
        if mantissa == 0 { return "0" }
        guard format == .binary, mantissa.magnitude >= 1024 || exponent > 0, let whole else { return decimalText }
        guard whole.magnitude >= 1024 else { return decimalText }
        var (number, suffix) = (whole, 0)
        while number % 1024 == 0, suffix < Quantity.binarySuffixes.count - 1 {
            number /= 1024
            suffix += 1
        }
        return "\(number)\(Quantity.binarySuffixes[suffix])"
    }

    private static let binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
    private static let decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"]

    /// The value as an integer, nil where it has a fraction.
    private var whole: Int128? {
        if exponent >= 0 { return mantissa(at: 0) }
        guard let power = Int128.powerOfTen(-exponent), mantissa % power == 0 else { return nil }
        return mantissa / power
    }

    private var decimalText: String {
        var (number, power) = (mantissa, exponent)
        while number % 10 == 0 {
            number /= 10
            power += 1
        }
        while power % 3 != 0 {
            number *= 10
            power -= 1
        }
        if format == .exponent { return power == 0 ? "\(number)" : "\(number)e\(power)" }
        let zeros = max(0, power - 18)
        return "\(number)\(String(repeating: "0", count: zeros))\(Quantity.decimalSuffixes[(power - zeros) / 3 + 3])"
    }
}
