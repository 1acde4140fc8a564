import Base
package import KubeModel

/// A route of either kind.
package struct RouteKey: Hashable, Sendable {
    package let resource: ResourceID
    package let key: ObjectKey

    package init(_ resource: ResourceID, _ key: ObjectKey) {
        self.resource = resource
        self.key = key
    }
}

/// What is compiled of the routes of all listeners, and of Services under their cluster names: a change costs what has
/// changed, however many routes there are.
///
/// Rules have numbers, by which traffic finds what is behind them; a rule that stays as it is keeps its number.
package struct RouteBook: Sendable {
    package private(set) var attachments: RouteAttachments
    private var routes: [RouteKey: HungRoute] = [:]
    private var services: [ObjectKey: HungRoute] = [:]
    private var tables: [ListenerTable.Place: RouteTable] = [:]
    private var rules: [NumberedRule?] = []
    private var free: [Int] = []
    /// The numbers of rules that lead to a Service.
    private var leading: [ObjectKey: Set<Int>] = [:]
    private var changed: Set<Int> = []
    /// How many routes hang on each listener.
    package private(set) var counts: [Int: Int] = [:]

    /// A route or Service as it is in the tables.
    private struct HungRoute: Sendable {
        /// What it was made of.
        let object: KubeObject
        var numbers: [Int] = []
        var entries: [RouteTable.Entry] = []
        var places: [ListenerTable.Place: [HostPattern]] = [:]
        var listeners: Set<Int> = []
    }

    private struct NumberedRule: Sendable {
        let rule: RouteRule
        /// Nil where it is a Service's own.
        let route: RouteKey?
    }

    package init(_ attachments: RouteAttachments) {
        self.attachments = attachments
        openTables()
    }

    /// What requests find their rules by.
    package var table: ListenerTable { ListenerTable(tables) }

    /// A rule by its number; nil where none has it.
    func rule(_ number: Int) -> RouteRule? { number < rules.count ? rules[number]?.rule : nil }

    /// All numbers that are or were in use.
    var numbers: Range<Int> { rules.indices }

    /// The numbers of the rules that lead to a Service.
    func numbers(leadingTo service: ObjectKey) -> Set<Int> { leading[service] ?? [] }

    /// The routes that lead to a Service.
    package func routes(leadingTo service: ObjectKey) -> Set<RouteKey> {
        Set(numbers(leadingTo: service).compactMap { rules[$0]?.route })
    }

    /// All routes.
    package var allRoutes: [RouteKey] { Array(routes.keys) }

    /// The numbers whose rules are others than at the last look.
    mutating func takeChanged() -> Set<Int> {
        defer { changed = [] }
        return changed
    }

    // MARK: changes

    /// Hangs all routes anew, on other listeners.
    package mutating func use(_ attachments: RouteAttachments) {
        self.attachments = attachments
        (tables, counts) = ([:], [:])
        openTables()
        for (key, route) in routes { hang(key, route.object, numbers: route.numbers) }
        for service in services.values {
            tables[.open]?.setService(service.entries, for: Self.names(of: service.object))
        }
    }

    /// A route as it is now; nil where it is gone.
    package mutating func put(_ key: RouteKey, _ route: KubeObject?) {
        let old = routes.removeValue(forKey: key)
        if let old {
            for (place, hosts) in old.places { tables[place]?.remove(old.entries, for: hosts) }
            for listener in old.listeners { counts[listener, default: 0] -= 1 }
        }
        if let route { return hang(key, route, numbers: old?.numbers ?? []) }
        _ = number([], route: key, from: old?.numbers ?? [])
    }

    /// A Service as it is now; nil where it is gone.
    package mutating func putService(_ key: ObjectKey, _ service: KubeObject?) {
        let old = services.removeValue(forKey: key)
        if let old { tables[.open]?.setService([], for: Self.names(of: old.object)) }
        let rules = service.flatMap(Self.rule).map { [$0] } ?? []
        var hung = service.map { HungRoute(object: $0) }
        let numbers = number(rules, route: nil, from: old?.numbers ?? [])
        guard let service else { return }
        hung?.numbers = numbers
        hung?.entries = entries(of: service, rules, numbers)
        services[key] = hung
        tables[.open]?.setService(hung?.entries ?? [], for: Self.names(of: service))
    }

    private mutating func openTables() {
        tables[.open] = RouteTable()
        for listener in attachments.listeners where listener.isServed { tables[listener.place] = RouteTable() }
    }

    private mutating func hang(_ key: RouteKey, _ route: KubeObject, numbers: [Int]) {
        var hung = HungRoute(object: route)
        let attached = attachments.attachments(of: route)
        hung.listeners = Set(attached.map(\.listener))
        for listener in hung.listeners { counts[listener, default: 0] += 1 }
        // One route may hang on several listeners of one place: by section names, or of several Gateways.
        let served = attached.filter { attachments.listeners[$0.listener].isServed }
        for (place, attached) in Dictionary(grouping: served, by: { attachments.listeners[$0.listener].place }) {
            hung.places[place] = Set(attached.flatMap(\.hosts)).sorted { $0.text < $1.text }
        }
        let rules = hung.places.isEmpty ? [] : RouteRule.rules(of: route, attachments.grants)
        hung.numbers = number(rules, route: key, from: numbers)
        hung.entries = entries(of: route, rules, hung.numbers)
        for (place, hosts) in hung.places { tables[place]?.add(hung.entries, for: hosts) }
        routes[key] = hung
    }

    private func entries(of object: KubeObject, _ rules: [RouteRule], _ numbers: [Int]) -> [RouteTable.Entry] {
        let age = RouteAge(object)
        return zip(rules, numbers).enumerated().flatMap { place, numbered in
            numbered.0.matches.map {
                RouteTable.Entry($0, numbered.0, number: numbered.1, age: age, place: place)
            }
        }
    }

    // MARK: numbers

    /// Gives rules numbers: `old` ones first, in their order; those that are left over are free again.
    private mutating func number(_ rules: [RouteRule], route: RouteKey?, from old: [Int]) -> [Int] {
        var numbers = Array(old.prefix(rules.count))
        while numbers.count < rules.count { numbers.append(freeNumber()) }
        for (number, rule) in zip(numbers, rules) where self.rules[number]?.rule != rule {
            set(number, NumberedRule(rule: rule, route: route))
        }
        for number in old.dropFirst(rules.count) {
            set(number, nil)
            free.append(number)
        }
        return numbers
    }

    private mutating func freeNumber() -> Int {
        if let number = free.popLast() { return number }
        rules.append(nil)
        return rules.count - 1
    }

    private mutating func set(_ number: Int, _ rule: NumberedRule?) {
        for service in rules[number]?.rule.services ?? [] {
            leading[service]?.remove(number)
            if leading[service]?.isEmpty == true { leading[service] = nil }
        }
        rules[number] = rule
        for service in rule?.rule.services ?? [] { leading[service, default: []].insert(number) }
        changed.insert(number)
    }

    // MARK: Services

    /// The names by which a cluster's DNS knows a Service.
    private static func names(of service: KubeObject) -> [HostPattern] {
        let name = "\(service.name).\(service.namespace ?? "default")"
        return ["\(name).svc.cluster.local", "\(name).svc", name].map { HostPattern($0) }
    }

    private static func rule(of service: KubeObject) -> RouteRule? {
        guard let port = service.spec["ports"][0]["port"].int else { return nil }
        return .passing(to: BackendKey(service: service.key, port: port))
    }
}

extension RouteRule {
    /// The Services that it names.
    fileprivate var services: Set<ObjectKey> {
        Set(backends.map(\.backend.service) + mirrors.map(\.backend.service))
    }
}
