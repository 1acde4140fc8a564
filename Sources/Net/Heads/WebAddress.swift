/// Where an absolute URL of http or https points.
package struct WebAddress: Hashable, Sendable, CustomStringConvertible {
    /// Whether TLS is spoken there.
    package let isSecure: Bool
    package let host: String
    package let port: Int
    /// Path and query, as they go into a request line.
    package let target: String

    /// Reads `http://host:port/path?query`; nil where it is not that. A fragment is left out.
    package init?(_ url: String) {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        switch url[..<scheme.lowerBound].lowercased() {
        case "http": isSecure = false
        case "https": isSecure = true
        default: return nil
        }
        let rest = url[scheme.upperBound...].prefix { $0 != "#" }
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, !parts[0].isEmpty else { return nil }
        host = String(parts[0])
        let usual = isSecure ? 443 : 80
        if parts.count == 2, !parts[1].isEmpty {
            guard let number = UInt16(parts[1]), number > 0 else { return nil }
            port = Int(number)
        } else {
            port = usual
        }
        let path = rest.dropFirst(authority.count)
        target = path.first == "/" ? String(path) : "/" + path
    }

    /// The host as the Host field names it: with its port, where that is not the scheme's own.
    package var authority: String { port == (isSecure ? 443 : 80) ? host : "\(host):\(port)" }
    package var description: String { "\(isSecure ? "https" : "http")://\(authority)\(target)" }
}
