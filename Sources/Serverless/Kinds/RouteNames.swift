/// The names of an annotation that lists routes: sorted, joined by commas.
package struct RouteNames: Equatable, Sendable {
    private var names: Set<String>

    package init(_ text: String?) {
        names = Set((text ?? "").split(separator: ",").map(String.init))
    }

    /// The annotation's value; nil where there is no route.
    package var text: String? { names.isEmpty ? nil : names.sorted().joined(separator: ",") }

    package func contains(_ name: String) -> Bool { names.contains(name) }
    package mutating func insert(_ name: String) { names.insert(name) }
    package mutating func remove(_ name: String) { names.remove(name) }

    /// The names in order.
    package var sorted: [String] { names.sorted() }
}
