extension Quantity {
    /// Why a text is no quantity, in Kubernetes' words.
    package enum Defect: String, Error, Sendable {
        case format = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        case suffix = "unable to parse quantity's suffix"
        case number = "unable to parse numeric part of quantity"
    }

    /// Reads text, with the reason where it is no quantity.
    package static func parse(_ text: String) -> Result<Quantity, Defect> {
        do throws(Defect) {
            let parts = try QuantityParts(text)
            guard let (base, power, format) = suffix(parts.suffix) else { throw .suffix }
            return .success(try assemble(parts, text, base, power, format))
        } catch {
            return .failure(error)
        }
    }

    /// The finest grain, ten to this power.
    private static let finest = -9
    /// More digits than this are no number of anything; what is refused here would not fit the arithmetic.
    private static let digitsMax = 28
    /// The greatest binary amount; larger ones count as this.
    private static let binaryMax = Int128(Int64.max)

    private static func suffix(_ text: Substring) -> (base: Int, power: Int, format: Format)? {
        switch text {
        case "": return (10, 0, .decimal)
        case "n": return (10, -9, .decimal)
        case "u": return (10, -6, .decimal)
        case "m": return (10, -3, .decimal)
        case "k": return (10, 3, .decimal)
        case "M": return (10, 6, .decimal)
        case "G": return (10, 9, .decimal)
        case "T": return (10, 12, .decimal)
        case "P": return (10, 15, .decimal)
        case "E": return (10, 18, .decimal)
        case "Ki": return (2, 10, .binary)
        case "Mi": return (2, 20, .binary)
        case "Gi": return (2, 30, .binary)
        case "Ti": return (2, 40, .binary)
        case "Pi": return (2, 50, .binary)
        case "Ei": return (2, 60, .binary)
        default:
            guard let first = text.first, first == "e" || first == "E", let power = Int32(text.dropFirst()) else {
                return nil
            }
            return (10, Int(power), .exponent)
        }
    }

    private static func assemble(
        _ parts: QuantityParts,
        _ text: String,
        _ base: Int,
        _ power: Int,
        _ format: Format
    ) throws(Defect) -> Quantity {
        guard parts.digits.count <= digitsMax, let magnitude = Int128(parts.digits) else { throw .number }
        let sign: Int128 = parts.isNegative ? -1 : 1
        guard base == 2 else {
            let exponent = power - parts.fractionCount
            let value = roundedUp(magnitude, exponent, to: finest)
            let kept = keepsSpelling(parts, exponent) ? text : nil
            return Quantity(sign * value.mantissa, exponent: value.exponent, format: format, spelling: kept)
        }
        let (product, overflows) = magnitude.multipliedReportingOverflow(by: 1 << Int128(power))
        var value = overflows ? (binaryMax, 0) : roundedUp(product, -parts.fractionCount, to: finest)
        if Quantity(value.0, exponent: value.1, format: .binary) > Quantity(Int64.max) { value = (binaryMax, 0) }
        let isBelowOne = Quantity(value.0, exponent: value.1, format: .binary) < Quantity(1)
        return Quantity(sign * value.0, exponent: value.1, format: isBelowOne && value.0 != 0 ? .decimal : .binary)
    }

    /// Kubernetes keeps the text of decimals whose digits need no shifting to become canonical.
    private static func keepsSpelling(_ parts: QuantityParts, _ exponent: Int) -> Bool {
        parts.digits.count <= 18 && exponent >= finest && exponent % 3 == 0 && !parts.digits.hasSuffix("000")
            && !parts.digits.hasPrefix("0")
    }

    /// The value in units not finer than 10^`grain`; what is lost counts as one more unit.
    static func roundedUp(_ magnitude: Int128, _ exponent: Int, to grain: Int) -> (mantissa: Int128, exponent: Int) {
        guard exponent < grain else { return (magnitude, exponent) }
        guard let power = Int128.powerOfTen(grain - exponent) else { return (magnitude == 0 ? 0 : 1, grain) }
        let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: power)
        return (quotient + Int128(remainder.signum()), grain)
    }
}

/// A quantity's text cut into its parts, by the scan of Kubernetes' parser.
private struct QuantityParts {
    let isNegative: Bool
    /// All digits, those behind the point included, without leading zeros of the whole part.
    let digits: String
    let fractionCount: Int
    let suffix: Substring

    init(_ text: String) throws(Quantity.Defect) {
        guard !text.isEmpty else { throw .format }
        var rest = text[...]
        isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest = rest.dropFirst() }
        rest = rest.drop { $0 == "0" }
        let whole = rest.prefix(while: \.isDigit)
        rest = rest.dropFirst(whole.count)
        var fraction: Substring = ""
        if rest.first == "." {
            rest = rest.dropFirst()
            fraction = rest.prefix(while: \.isDigit)
            rest = rest.dropFirst(fraction.count)
        }
        digits = String((whole.isEmpty ? "0" : whole) + fraction)
        fractionCount = fraction.count
        suffix = rest
        var tail = rest.drop { "eEinumkKMGTP".contains($0) }
        if tail.first == "-" || tail.first == "+" { tail = tail.dropFirst() }
        guard tail.allSatisfy(\.isDigit) else { throw .format }
    }
}

extension Character {
    fileprivate var isDigit: Bool { isASCII && isWholeNumber }
}

extension Int128 {
    /// Ten to a power, nil where that does not fit.
    static func powerOfTen(_ power: Int) -> Int128? {
        guard (0...38).contains(power) else { return nil }
        var value: Int128 = 1
        for _ in 0..<power { value *= 10 }
        return value
    }
}
