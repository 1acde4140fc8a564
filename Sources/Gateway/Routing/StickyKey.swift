package import KubeModel

/// By which value of a request its backend is chosen, where the route wants the same client to stay with one.
package enum StickyKey: Equatable, Sendable {
    /// A header's value; the name in small letters.
    case header(String)
    /// A cookie's value.
    case cookie(String)

    /// What a route's annotations say; nil where clients need not stay.
    package init?(_ route: KubeObject) {
        func name(_ kind: String) -> String? {
            guard let name = route.annotations["roost.dev/sticky-\(kind)"], !name.isEmpty else { return nil }
            return name
        }
        if let header = name("header") {
            self = .header(header.lowercased())
        } else if let cookie = name("cookie") {
            self = .cookie(cookie)
        } else {
            return nil
        }
    }

    /// The value of the cookie `name` in a `cookie` header (RFC 6265 section 4.2.1).
    package static func value(ofCookie name: String, in header: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        for part in header.split(separator: UInt8(ascii: ";")) {
            let pair = part.drop { $0 == UInt8(ascii: " ") }
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")), pair[..<equals].elementsEqual(name.utf8) else {
                continue
            }
            return UnsafeRawBufferPointer(rebasing: pair[(equals + 1)...])
        }
        return nil
    }
}
