/// A host name that listeners and routes give: exact, `*.example.com`, or any.
package struct HostPattern: Hashable, Sendable {
    /// In small letters; `*` takes any host.
    package let text: String

    package static let any = HostPattern("*")

    package init(_ text: String) { self.text = text.lowercased() }

    var isWildcard: Bool { text.hasPrefix("*.") }

    /// What hosts end with that a wildcard takes, its dot included.
    var suffix: [UInt8] { Array(text.utf8.dropFirst()) }

    /// The hosts that both take; nil where there are none. A wildcard takes one or more labels before its suffix.
    package func intersection(_ other: HostPattern) -> HostPattern? {
        if self == .any || self == other { return other }
        if other == .any { return self }
        if isWildcard, other.text.hasSuffix(text.dropFirst()), other.text.utf8.count > text.utf8.count - 1 {
            return other
        }
        if other.isWildcard, text.hasSuffix(other.text.dropFirst()), text.utf8.count > other.text.utf8.count - 1 {
            return self
        }
        return nil
    }

    /// The hosts that a listener and a route both take; a route without hosts takes the listener's.
    package static func shared(_ listener: HostPattern, _ route: [String]) -> [HostPattern] {
        route.isEmpty ? [listener] : route.compactMap { listener.intersection(HostPattern($0)) }
    }
}
