package import Base
import Net

/// The phase Pick: which backend of a target and which of its endpoints takes a request. Pure but for the seeded chance.
package struct Picker {
    private var chance: SeededGenerator

    package init(seed: UInt64) { chance = SeededGenerator(seed: seed) }

    /// What decides among a target's backends: drawn once for a request, so that it stays where it is when it looks again.
    enum Lot: Equatable {
        /// A number by chance, of all that there are.
        case chance(UInt64)
        /// The hash of a value that the client sends: the same backend as long as the weights allow it.
        case sticky(UInt64)
    }

    /// The lot of a request that `worker` has.
    mutating func lot(of target: Target, _ exchange: HTTPExchange, worker: Int) -> Lot {
        if let sticky = target.sticky, let value = sticky.value(of: exchange) { return .sticky(StableHash.of(value)) }
        guard target.backends.count > 1, worker < target.draws.count else { return .chance(0) }
        return .chance(target.draws[worker].next(using: &chance))
    }

    /// A backend by weight; nil where none has a weight.
    static func backend(of target: Target, _ lot: Lot) -> Target.Backend? {
        guard target.weightSum > 0 else { return nil }
        if target.backends.count == 1 { return target.backends[0] }
        switch lot {
        case .chance(let number):
            return SteadyDraw.choose(by: number, among: target.backends, weight: \.weight, sum: target.weightSum)
        case .sticky(let hash):
            let index = StableHash.choose(by: hash, among: target.backends.map { ($0.hash, $0.weight) })
            return index.map { target.backends[$0] }
        }
    }

    /// Whether what happens to some of all requests happens to this one.
    mutating func happens(_ numerator: Int, of denominator: Int) -> Bool {
        numerator >= denominator || chance.next() % UInt64(max(1, denominator)) < UInt64(max(0, numerator))
    }

    /// Of two endpoints by chance the one with less in hand; `tried` ones only where there is no other, nor those set
    /// aside while others are well.
    package mutating func endpoint(
        of endpoints: [Endpoint],
        tried: [Endpoint] = [],
        at now: Instant
    ) -> Endpoint? {
        guard tried.isEmpty else {
            let rest = endpoints.filter { endpoint in !tried.contains { $0 === endpoint } }
            return rest.isEmpty ? nil : endpoint(of: rest, at: now)
        }
        let chosen = lessLoaded(endpoints)
        guard let chosen, chosen.isAside(at: now) else { return chosen }
        return lessLoaded(endpoints.filter { !$0.isAside(at: now) }) ?? chosen
    }

    private mutating func lessLoaded(_ endpoints: [Endpoint]) -> Endpoint? {
        guard endpoints.count > 1 else { return endpoints.first }
        let first = Int(chance.next() % UInt64(endpoints.count))
        let other = (first + 1 + Int(chance.next() % UInt64(endpoints.count - 1))) % endpoints.count
        return endpoints[other].inFlight < endpoints[first].inFlight ? endpoints[other] : endpoints[first]
    }
}
