/// Percent-encoding of paths and queries (RFC 3986 section 2).
package enum PercentCoding {
    /// The text that `bytes` encode; nil where a percent sign is not followed by two hexadecimal digits.
    package static func decode(_ bytes: some Collection<UInt8>, plusIsSpace: Bool = false) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            if byte == 0x25 {
                guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                    return nil
                }
                decoded.append(high << 4 | low)
            } else {
                decoded.append(byte == 0x2B && plusIsSpace ? 0x20 : byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// The pairs of a query in order; nil where one is not well encoded.
    package static func query(_ bytes: some Collection<UInt8>) -> [(name: String, value: String)]? {
        var pairs: [(name: String, value: String)] = []
        for part in bytes.split(separator: 0x26) {
            let sides = part.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decode(sides[0], plusIsSpace: true),
                let value = decode(sides.count > 1 ? sides[1] : sides[0].prefix(0), plusIsSpace: true)
            else { return nil }
            pairs.append((name, value))
        }
        return pairs
    }

    /// `path` as it stands in a request line.
    package static func encodePath(_ path: String) -> String { encode(path, keeping: "-._~/:@!$&'()*+,;=") }

    /// A name or value of a query.
    package static func encodeQuery(_ text: String) -> String { encode(text, keeping: "-._~/:@!$'()*,") }

    private static func encode(_ text: String, keeping kept: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: encoded.append(byte)
            default:
                if kept.utf8.contains(byte) {
                    encoded.append(byte)
                } else {
                    encoded += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                }
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
