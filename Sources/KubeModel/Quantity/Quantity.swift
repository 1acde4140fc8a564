package import Base

/// An amount of a resource, exact: `500m`, `1.5Gi`, `12e6`.
///
/// The value is `mantissa` × 10^`exponent`, never finer than a nano; the format remembers how it was spelt.
package struct Quantity: Sendable, CustomStringConvertible {
    /// The family of suffixes that the canonical text uses.
    package enum Format: Sendable {
        /// `m`, `k`, `M`, `G` …
        case decimal
        /// `e3`, `e-3` …
        case exponent
        /// `Ki`, `Mi`, `Gi` …
        case binary
    }

    let mantissa: Int128
    let exponent: Int
    package let format: Format
    /// The source's spelling where Kubernetes keeps it as it is (`+1`, `5.`, `1.001`).
    let spelling: String?

    init(_ mantissa: Int128, exponent: Int, format: Format, spelling: String? = nil) {
        self.mantissa = mantissa
        self.exponent = exponent
        self.format = format
        self.spelling = spelling
    }

    /// A whole number.
    package init(_ value: Int64, format: Format = .decimal) { self.init(Int128(value), exponent: 0, format: format) }
    /// A number of thousandths: millicores.
    package init(milli: Int64, format: Format = .decimal) {
        self.init(Int128(milli), exponent: -3, format: format)
    }

    /// Reads text; nil where it is no quantity.
    package init?(_ text: String) {
        guard case .success(let quantity) = Quantity.parse(text) else { return nil }
        self = quantity
    }

    /// Reads a member of an object, text or number; nil where it is no quantity.
    package init?(_ json: JSON) {
        switch json {
        case .string(let text): self.init(text)
        case .int, .double: self.init(json.text)
        default: return nil
        }
    }

    /// Zero.
    package static let zero = Quantity(0, format: .decimal)
}
