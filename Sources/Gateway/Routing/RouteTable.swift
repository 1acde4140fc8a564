import Base
import KubeModel

/// The entries of the listeners of one place, by host and then in the order in which they are to be tried.
///
/// Precedence is Gateway API's: the most specific host name; then an exact path before an expression before the longest
/// prefix; then a method; then the number of headers, then of query names; then the oldest route, by name, and the first rule.
package struct RouteTable: Sendable {
    /// A match and the rule that it leads to. A class, so that looking through entries copies nothing.
    package final class Entry: Sendable {
        package let match: RouteMatch
        package let rule: RouteRule
        /// The rule's number in the book.
        let number: Int
        fileprivate let rank: Rank

        /// - Parameter place: of the rule in its route.
        init(_ match: RouteMatch, _ rule: RouteRule, number: Int, age: RouteAge, place: Int) {
            self.match = match
            self.rule = rule
            self.number = number
            rank = Rank(match, age, place)
        }
    }

    /// What stands under one name. A Service answers to its cluster's names where no route claims them.
    private struct Named: Sendable {
        var ofRoutes: [Entry] = []
        var ofService: [Entry] = []

        var entries: [Entry] { ofRoutes.isEmpty ? ofService : ofRoutes }
        var isEmpty: Bool { ofRoutes.isEmpty && ofService.isEmpty }
    }

    private var hosts = HostMap<Named>()

    package init() {}

    /// The entries for a host, in the order in which they are to be tried. `host` is without port, in small letters.
    package func entries(forHost host: UnsafeRawBufferPointer) -> [Entry] { hosts[host]?.entries ?? [] }

    /// Takes a route's entries in.
    mutating func add(_ entries: [Entry], for names: [HostPattern]) {
        change(names) { named in
            // Those of one route come in order, and mostly there is one route for a name.
            named.ofRoutes = (named.ofRoutes + entries).sorted { $0.rank < $1.rank }
        }
    }

    /// Leaves out entries that were taken in.
    mutating func remove(_ entries: [Entry], for names: [HostPattern]) {
        change(names) { named in
            named.ofRoutes.removeAll { entry in entries.contains { $0 === entry } }
        }
    }

    /// The entries of the Service that has these names; none where it is gone.
    mutating func setService(_ entries: [Entry], for names: [HostPattern]) {
        change(names) { $0.ofService = entries }
    }

    private mutating func change(_ names: [HostPattern], _ work: (inout Named) -> Void) {
        for name in names {
            var named = hosts[name] ?? Named()
            work(&named)
            hosts[name] = named.isEmpty ? nil : named
        }
    }
}

/// Which of two routes is older, as far as precedence asks.
struct RouteAge: Equatable {
    let nanoseconds: Int64
    let key: ObjectKey

    init(_ route: KubeObject) {
        nanoseconds = route.creationTime?.nanoseconds ?? 0
        key = route.key
    }
}

/// Where an entry stands among others of the same name.
private struct Rank: Sendable {
    /// The greater goes first.
    private let path: (kind: Int, length: Int)
    private let conditions: (method: Int, headers: Int, query: Int)
    /// The smaller goes first.
    private let created: Int64
    private let route: ObjectKey
    private let place: Int

    init(_ match: RouteMatch, _ age: RouteAge, _ place: Int) {
        path =
            switch match.path {
            case .exact: (3, 0)
            case .expression(let expression): (2, expression.pattern.utf8.count)
            case .prefix(let prefix): (1, prefix.utf8.count)
            case .any: (0, 0)
            }
        conditions = (match.method == nil ? 0 : 1, match.headers.count, match.query.count)
        created = age.nanoseconds
        route = age.key
        self.place = place
    }

    static func < (left: Rank, right: Rank) -> Bool {
        if left.path != right.path { return left.path > right.path }
        if left.conditions != right.conditions { return left.conditions > right.conditions }
        return (left.created, left.route, left.place) < (right.created, right.route, right.place)
    }
}
