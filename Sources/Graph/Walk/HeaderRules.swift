import KubeModel
package import Net

/// Which fields of a request go along to every step.
package struct HeaderRules: Sendable {
    private let patterns: [Pattern]
    /// Those that are no regular expressions; they have no effect.
    package let refused: [String]

    /// Reads PROPAGATE_HEADERS: expressions with commas between them, each of which may match anywhere in a name.
    package init(_ list: String) {
        var patterns: [Pattern] = []
        var refused: [String] = []
        for text in list.isEmpty ? [] : list.split(separator: ",", omittingEmptySubsequences: false) {
            if let pattern = Pattern(String(text)) { patterns.append(pattern) } else { refused.append(String(text)) }
        }
        self.patterns = patterns
        self.refused = refused
    }

    /// The fields for a step's request, with a content type in any case.
    package func select(_ forEach: (_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void) -> Void)
        -> HTTPHeaders
    {
        var selected = HTTPHeaders()
        if !patterns.isEmpty {
            forEach { name, value in
                let name = HeaderRules.canonical(name)
                guard name != "Host", patterns.contains(where: { $0.matches(name) }) else { return }
                selected.add(name, String(decoding: value, as: UTF8.self))
            }
        }
        if selected["content-type"]?.isEmpty != false { selected["content-type"] = "application/json" }
        return selected
    }

    /// A field's name as Go spells it, which is what the expressions are written for: `X-Request-Id`.
    static func canonical(_ name: UnsafeRawBufferPointer) -> String {
        var isFirst = true
        let bytes = name.map { byte -> UInt8 in
            defer { isFirst = byte == UInt8(ascii: "-") }
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z") where isFirst: return byte & ~0x20
            case UInt8(ascii: "A")...UInt8(ascii: "Z") where !isFirst: return byte | 0x20
            default: return byte
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
