import Base

// Durations as Kubernetes and Knative write them: Go's, like `1h30m` or `100ms`.
extension Duration {
    /// Why a text is no duration.
    package struct SpellingFault: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    private static let units: [(name: String, nanoseconds: UInt64)] = [
        ("ns", 1), ("us", 1_000), ("\u{b5}s", 1_000), ("\u{3bc}s", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]

    /// Reads numbers, each with a unit, one after the other; the fault names the text.
    package init(kubernetes text: String) throws(SpellingFault) {
        func fault(_ what: String) -> SpellingFault {
            SpellingFault(description: "time: \(what)duration \"\(text)\"")
        }
        var rest = Array(text.utf8)[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        if rest.elementsEqual("0".utf8) {
            self = .zero
            return
        }
        guard !rest.isEmpty else { throw fault("invalid ") }
        var total: UInt64 = 0
        while !rest.isEmpty {
            guard let number = DurationNumber(&rest) else { throw fault("invalid ") }
            let name = rest.prefix { $0 != UInt8(ascii: ".") && !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0) }
            guard !name.isEmpty else { throw fault("missing unit in ") }
            rest = rest.dropFirst(name.count)
            let unit = String(decoding: name, as: UTF8.self)
            guard let scale = Duration.units.first(where: { $0.name == unit })?.nanoseconds else {
                throw fault("unknown unit \"\(unit)\" in ")
            }
            guard let nanoseconds = number.times(scale), nanoseconds <= 1 << 63 else { throw fault("invalid ") }
            // Both are 2^63 at most.
            total += nanoseconds
            guard total <= 1 << 63 else { throw fault("invalid ") }
        }
        if isNegative {
            self = .nanoseconds(Int64(truncatingIfNeeded: 0 &- total))
        } else {
            guard let nanoseconds = Int64(exactly: total) else { throw fault("invalid ") }
            self = .nanoseconds(nanoseconds)
        }
    }

    /// The duration as Kubernetes spells it: `1h30m0s`, `1.5s`, `100ms`, `0s`.
    package var kubernetesSpelling: String {
        let sign = nanoseconds < 0 ? "-" : ""
        let total = nanoseconds.magnitude
        if total == 0 { return "0s" }
        if total < 1_000 { return "\(sign)\(total)ns" }
        if total < 1_000_000 { return sign + Duration.fraction(total, of: 1_000) + "\u{b5}s" }
        if total < 1_000_000_000 { return sign + Duration.fraction(total, of: 1_000_000) + "ms" }
        let (hours, minutes) = (total / 3_600_000_000_000, total / 60_000_000_000 % 60)
        let seconds = Duration.fraction(total % 60_000_000_000, of: 1_000_000_000) + "s"
        if hours > 0 { return "\(sign)\(hours)h\(minutes)m\(seconds)" }
        return minutes > 0 ? "\(sign)\(minutes)m\(seconds)" : sign + seconds
    }

    /// A number of units with as many decimals as it takes.
    private static func fraction(_ nanoseconds: UInt64, of unit: UInt64) -> String {
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: unit)
        guard rest > 0 else { return String(whole) }
        // A leading one keeps the zeros behind the point.
        var digits = String(unit + rest).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}

/// A decimal number in front of a unit.
private struct DurationNumber {
    private let whole: UInt64
    private let fraction: UInt64
    /// 10 to the power of the fraction's digits.
    private let scale: Double

    /// Takes the number from the front of `text`; nil where there is none, or one beyond 63 bits.
    init?(_ text: inout ArraySlice<UInt8>) {
        func digits(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
            let digits = text.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            text = text.dropFirst(digits.count)
            return digits
        }
        let before = digits(&text)
        var behind: ArraySlice<UInt8> = []
        let hasPoint = text.first == UInt8(ascii: ".")
        if hasPoint {
            text.removeFirst()
            behind = digits(&text)
        }
        guard !before.isEmpty || !behind.isEmpty else { return nil }
        var whole: UInt64 = 0
        for digit in before {
            guard whole <= (1 << 63) / 10 else { return nil }
            whole = whole * 10 + UInt64(digit - UInt8(ascii: "0"))
            guard whole <= 1 << 63 else { return nil }
        }
        var (fraction, scale): (UInt64, Double) = (0, 1)
        for digit in behind {
            // Digits that a unit cannot feel any more.
            guard fraction <= (1 << 63 - 1) / 10 else { break }
            fraction = fraction * 10 + UInt64(digit - UInt8(ascii: "0"))
            scale *= 10
        }
        (self.whole, self.fraction, self.scale) = (whole, fraction, scale)
    }

    /// So many units in nanoseconds; nil beyond 64 bits.
    func times(_ unit: UInt64) -> UInt64? {
        let (product, overflows) = whole.multipliedReportingOverflow(by: unit)
        guard !overflows else { return nil }
        let (sum, overflowsToo) = product.addingReportingOverflow(
            UInt64(Double(fraction) * (Double(unit) / scale))
        )
        return overflowsToo ? nil : sum
    }
}
