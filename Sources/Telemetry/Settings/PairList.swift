import Net

/// `key=value` pairs with commas between them, percent-encoded: how OTEL_RESOURCE_ATTRIBUTES and
/// OTEL_EXPORTER_OTLP_HEADERS are spelt, after W3C's Baggage.
enum PairList {
    /// The pairs in their order; nil where one of them is none.
    static func parse(_ text: String) -> [TracingSettings.Pair]? {
        var pairs: [TracingSettings.Pair] = []
        for part in text.utf8.split(separator: UInt8(ascii: ",")) {
            let member = trimmed(part)
            if member.isEmpty { continue }
            guard let equals = member.firstIndex(of: UInt8(ascii: "=")),
                let name = PercentCoding.decode(trimmed(member[..<equals])), !name.isEmpty,
                let value = PercentCoding.decode(trimmed(member[member.index(after: equals)...]))
            else { return nil }
            pairs.append(TracingSettings.Pair(name, value))
        }
        return pairs
    }

    /// Without blanks at both ends.
    private static func trimmed(_ bytes: Substring.UTF8View) -> Substring.UTF8View {
        var bytes = bytes.drop { $0 == 0x20 || $0 == 0x09 }
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes = bytes.dropLast() }
        return bytes
    }
}
