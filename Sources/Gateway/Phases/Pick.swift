import Base

/// The phase Pick: which backend of a target and which of its endpoints takes a request. Pure but for the seeded chance.
package struct Picker {
    private var chance: SeededGenerator

    package init(seed: UInt64) { chance = SeededGenerator(seed: seed) }

    /// A backend by weight; nil where none has a weight.
    mutating func backend(of target: Target) -> Target.Backend? {
        guard target.weightSum > 0 else { return nil }
        if target.backends.count == 1 { return target.backends[0] }
        var point = Int(chance.next() % UInt64(target.weightSum))
        for backend in target.backends {
            if point < backend.weight { return backend }
            point -= backend.weight
        }
        return nil
    }

    /// Of two endpoints by chance the one with less in hand; `tried` ones only where there is no other.
    package mutating func endpoint(of endpoints: [Endpoint], tried: [Endpoint] = []) -> Endpoint? {
        guard tried.isEmpty else {
            let rest = endpoints.filter { endpoint in !tried.contains { $0 === endpoint } }
            return rest.isEmpty ? nil : endpoint(of: rest)
        }
        guard endpoints.count > 1 else { return endpoints.first }
        let first = Int(chance.next() % UInt64(endpoints.count))
        let other = (first + 1 + Int(chance.next() % UInt64(endpoints.count - 1))) % endpoints.count
        return endpoints[other].inFlight < endpoints[first].inFlight ? endpoints[other] : endpoints[first]
    }
}
