package import Base

/// A number, or text: a percentage of some total, or the name of a port.
package enum IntOrString: Equatable, Sendable {
    case int(Int)
    case string(String)

    /// Which way a share of a percentage is rounded.
    package enum Rounding: Sendable {
        case up
        case down
    }

    /// Reads a member of an object; nil where it is neither integer nor text.
    package init?(_ json: JSON) {
        switch json {
        case .string(let text): self = .string(text)
        default:
            guard let number = json.int else { return nil }
            self = .int(number)
        }
    }

    /// As it stands in an object.
    package var json: JSON {
        switch self {
        case .int(let number): .int(Int64(number))
        case .string(let text): .string(text)
        }
    }

    /// The number, or that share of `total`; nil where the text is no percentage.
    package func scaled(of total: Int, _ rounding: Rounding) -> Int? {
        switch self {
        case .int(let number): return number
        case .string(let text):
            guard text.hasSuffix("%"), let percent = Int(text.dropLast()) else { return nil }
            let (product, overflows) = percent.multipliedReportingOverflow(by: total)
            guard !overflows else { return nil }
            let (share, rest) = product.quotientAndRemainder(dividingBy: 100)
            return rounding == .up && rest > 0 ? share + 1 : rounding == .down && rest < 0 ? share - 1 : share
        }
    }
}
