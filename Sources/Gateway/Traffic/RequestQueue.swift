package import Base
import Synchronization

/// The requests of one Service that wait for a free slot or for the first endpoint: first in, first out, over all threads.
///
/// While nobody waits, a slot is taken and given back by atomic counters alone. A request that finds none joins under the
/// lock and looks again; one that gives a slot back looks whether somebody waits. Both sides write before they look, so
/// that no slot stays free beside a request that waits, and nobody has to poll.
package final class RequestQueue: Sendable {
    /// What the queue goes by: newer with every table.
    package struct Plan: Sendable {
        /// Who answers.
        package var endpoints: [Endpoint]
        /// Requests that each endpoint takes at once.
        package var limit: Int
        /// Requests that may run and wait at once; further ones are refused.
        package var inFlightMax: Int
        /// Why no endpoint can be expected.
        package var failure: String?

        package init(endpoints: [Endpoint] = [], limit: Int = .max, inFlightMax: Int = 0, failure: String? = nil) {
            self.endpoints = endpoints
            self.limit = limit
            self.inFlightMax = inFlightMax
            self.failure = failure
        }
    }

    private struct State {
        var plan = Plan()
        var waiting: [Waiter] = []
    }

    private typealias Offers = [(waiter: Waiter, endpoint: Endpoint)]

    private let name: String
    private let arrival: @Sendable () -> Void
    private let state = Mutex(State())
    private let waitingCount = Atomic<Int>(0)
    /// Where the next turn around the endpoints begins.
    private let turn = Atomic<Int>(0)

    /// - Parameters:
    ///   - name: of the Service, for messages.
    ///   - arrival: called when requests begin to wait and there is no endpoint.
    package init(name: String, arrival: @escaping @Sendable () -> Void = {}) {
        self.name = name
        self.arrival = arrival
    }

    /// Requests that wait.
    package var count: Int { waitingCount.load(ordering: .relaxed) }

    /// A slot at one of `endpoints`, unless others wait or none is free.
    package func takeSlot(of endpoints: [Endpoint], limit: Int, at now: Instant) -> Endpoint? {
        guard waitingCount.load(ordering: .sequentiallyConsistent) == 0 else { return nil }
        return pick(endpoints, limit, at: now)
    }

    /// Lets a request wait; nil, or why it may not. `isAhead` goes before the others: a request that had its turn already.
    package func join(_ waiter: Waiter, isAhead: Bool = false, at now: Instant) -> String? {
        let (refusal, offers, isArrival) = state.withLock { state -> (String?, Offers, Bool) in
            let plan = state.plan
            if plan.endpoints.isEmpty, let failure = plan.failure { return ("service \(name): \(failure)", [], false) }
            let running = plan.endpoints.reduce(0) { $0 + $1.slotsTaken }
            guard isAhead || state.waiting.count + running < plan.inFlightMax else {
                return ("\(state.waiting.count) requests wait for service \(name) already", [], false)
            }
            state.waiting.insert(waiter, at: isAhead ? 0 : state.waiting.count)
            let isFirst = state.waiting.count == 1
            return (nil, serve(&state, at: now), isFirst && plan.endpoints.isEmpty)
        }
        tell(offers)
        if isArrival { arrival() }
        return refusal
    }

    /// A request gives up waiting.
    package func withdraw(_ waiter: Waiter) {
        waiter.forget()
        state.withLock { state in
            guard let index = state.waiting.firstIndex(where: { $0 === waiter }) else { return }
            state.waiting.remove(at: index)
            waitingCount.store(state.waiting.count, ordering: .sequentiallyConsistent)
        }
    }

    /// Gives back a slot; the first that waits gets one.
    package func leave(_ endpoint: Endpoint, at now: Instant) {
        endpoint.giveSlot()
        guard waitingCount.load(ordering: .sequentiallyConsistent) > 0 else { return }
        tell(state.withLock { serve(&$0, at: now) })
    }

    /// Goes by a newer plan; those that wait get its slots, or are told why there will be none.
    package func follow(_ plan: Plan, at now: Instant) {
        let (offers, refused, isArrival) = state.withLock { state -> (Offers, [Waiter], Bool) in
            state.plan = plan
            var refused: [Waiter] = []
            if plan.endpoints.isEmpty, plan.failure != nil { swap(&refused, &state.waiting) }
            let offers = serve(&state, at: now)
            return (offers, refused, plan.endpoints.isEmpty && !state.waiting.isEmpty)
        }
        tell(offers)
        for waiter in refused { waiter.tell(.refused("service \(name): \(plan.failure ?? "")"), of: self) }
        if isArrival { arrival() }
    }

    /// Takes slots for those that wait, in their order, and says how many are left.
    private func serve(_ state: inout State, at now: Instant) -> Offers {
        // Written before slots are looked for: whoever gives one back from here on sees it.
        waitingCount.store(state.waiting.count, ordering: .sequentiallyConsistent)
        var offers: Offers = []
        while offers.count < state.waiting.count,
            let endpoint = pick(state.plan.endpoints, state.plan.limit, at: now)
        {
            offers.append((state.waiting[offers.count], endpoint))
        }
        guard !offers.isEmpty else { return offers }
        state.waiting.removeFirst(offers.count)
        waitingCount.store(state.waiting.count, ordering: .sequentiallyConsistent)
        return offers
    }

    private func tell(_ offers: Offers) {
        for offer in offers { offer.waiter.tell(.admitted(offer.endpoint), of: self) }
    }

    /// An endpoint with a free slot, which is taken; those set aside come last.
    private func pick(_ endpoints: [Endpoint], _ limit: Int, at now: Instant) -> Endpoint? {
        guard !endpoints.isEmpty else { return nil }
        let order = SlotOrder(limit: limit)
        var next = turn.load(ordering: .relaxed)
        defer { turn.store(next, ordering: .relaxed) }
        let index =
            order.pick(of: endpoints.count, turn: &next) {
                !endpoints[$0].isAside(at: now) && endpoints[$0].takeSlot(below: limit)
            } ?? order.pick(of: endpoints.count, turn: &next) { endpoints[$0].takeSlot(below: limit) }
        return index.map { endpoints[$0] }
    }
}
