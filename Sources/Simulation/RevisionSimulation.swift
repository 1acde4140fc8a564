import Base
import Scaling

/// One service over virtual time: its requests, its replicas, and the autoscaler that decides on them.
///
/// Every request is followed by itself: when it came, how long it waited for a place, how long it was worked on. Seconds in
/// which nothing can happen are passed over; what the windows would have seen in them is made up for.
struct RevisionSimulation {
    private static let second: Int64 = 1_000_000_000

    private let plan: SimulationPlan
    private let scaling: RevisionScaling
    private var arrivals: Arrivals
    private var chance: SeededGenerator
    private var upcoming: Int64?
    private var replicas: Replicas
    private var ledger = ConcurrencyLedger()
    private var scaler: SimulatedScaler
    /// When replicas that start will be ready.
    private var starting: [Int64] = []
    private var arrived = 0
    private var quietSince: Int64 = 0
    private var accountedTo: Int64 = 0
    private(set) var outcome: ServiceOutcome

    init(_ plan: SimulationPlan, service: Int) {
        self.plan = plan
        scaling = plan.scaling
        arrivals = plan.traffic.arrivals(of: service)
        chance = SeededGenerator(seed: plan.traffic.seed ^ UInt64(service + 1) << 20)
        upcoming = arrivals.next()
        replicas = Replicas(places: plan.places)
        scaler = SimulatedScaler(plan.scaling)
        outcome = ServiceOutcome(name: plan.traffic.services[service], points: plan.points)
    }

    /// Runs from the beginning to the end.
    mutating func run() {
        follow(scaler.settle(ready: 0, at: 0), at: 0)
        let end = plan.traffic.duration.nanoseconds / RevisionSimulation.second
        while ledger.now < end {
            passOver(until: end)
            if ledger.now >= end { break }
            playSecond()
        }
        account(to: ledger.now * RevisionSimulation.second)
    }

    // MARK: a second

    /// Plays one second event by event, and then does what the autoscaler does at its end.
    private mutating func playSecond() {
        let end = (ledger.now + 1) * RevisionSimulation.second
        while true {
            let next = min(upcoming ?? .max, starting.min() ?? .max)
            guard next < end else { break }
            serve(until: next)
            if next == starting.min() { becomeReady(at: next) } else { take(next) }
        }
        serve(until: end - 1)
        expire(at: end)
        let concurrency = ledger.close()
        let isRate = scaling.decider.metric == .requestsPerSecond
        let value = isRate ? Double(arrived) : concurrency
        if arrived > 0 || concurrency > 0 { quietSince = end }
        arrived = 0
        follow(scaler.pass(value, ready: replicas.ready, at: end), at: end)
    }

    private mutating func becomeReady(at time: Int64) {
        account(to: time)
        if let index = starting.firstIndex(of: time) { starting.remove(at: index) }
        replicas.add(at: time)
        follow(scaler.settle(ready: replicas.ready, at: time), at: time)
    }

    /// Takes a request: a place is free, or it waits for one, or there is no more room for it.
    private mutating func take(_ time: Int64) {
        upcoming = arrivals.next()
        arrived += 1
        outcome.count(request: time, plan)
        if replicas.ready == 0 {
            outcome.held += 1
            follow(scaler.arrive(at: time), at: time)
        }
        if replicas.queued == 0, let free = replicas.earliest, free <= time {
            ledger.begin(at: time)
            start(time, at: time)
        } else if replicas.queued < plan.queueMax {
            ledger.begin(at: time)
            replicas.enqueue(time)
        } else {
            outcome.rejected += 1
        }
    }

    /// Gives places to those that wait, as they become free.
    private mutating func serve(until time: Int64) {
        while let arrival = replicas.firstWaiting, let free = replicas.earliest, free <= time {
            replicas.dequeue()
            let begin = max(arrival, free)
            if begin - arrival > plan.timeout { giveUp(arrival) } else { start(arrival, at: begin) }
        }
    }

    private mutating func expire(at time: Int64) {
        while let arrival = replicas.firstWaiting, time - arrival > plan.timeout {
            replicas.dequeue()
            giveUp(arrival)
        }
    }

    private mutating func giveUp(_ arrival: Int64) {
        // Its deadline may lie in a second that is closed already: it counts as waiting until this one.
        ledger.finish(at: max(arrival + plan.timeout, ledger.now * RevisionSimulation.second))
        outcome.timedOut += 1
    }

    private mutating func start(_ arrival: Int64, at begin: Int64) {
        let end = begin + plan.service.draw(&chance)
        replicas.occupy(until: end)
        ledger.finish(at: end)
        outcome.answer(arrival: arrival, took: end - arrival, plan)
    }

    // MARK: replicas

    /// Makes or takes away replicas.
    private mutating func follow(_ wanted: Int?, at time: Int64) {
        guard let wanted else { return }
        account(to: time)
        while replicas.ready + starting.count < wanted {
            if replicas.ready + starting.count == 0, time > 0 { outcome.coldStarts += 1 }
            outcome.starts += 1
            starting.append(time + max(1, plan.coldStart.draw(&chance)))
        }
        while replicas.ready + starting.count > wanted {
            // Those that come last go first.
            if let last = starting.indices.max(by: { starting[$0] < starting[$1] }) {
                starting.remove(at: last)
            } else {
                replicas.remove()
            }
        }
        outcome.peak = max(outcome.peak, replicas.ready + starting.count)
    }

    private mutating func account(to time: Int64) {
        outcome.count(ready: replicas.ready, starting: starting.count, from: accountedTo, to: time, plan)
        accountedTo = time
    }

    // MARK: nothing happens

    /// Goes on to where something happens again, if nothing does now.
    private mutating func passOver(until end: Int64) {
        guard ledger.isEmpty, replicas.queued == 0, starting.isEmpty, scaler.rests else { return }
        let next = min(upcoming.map { $0 / RevisionSimulation.second } ?? end, end)
        if replicas.ready == 0 {
            if next > ledger.now { ledger.skip(to: next) }
            return
        }
        let window = Int64(scaling.stableWindow.seconds) + 2
        let quiet = ledger.now - quietSince / RevisionSimulation.second
        let isCalm = quiet > 2 * window + Int64(scaling.decider.scaleDownDelay.seconds)
        guard isCalm, next - window > ledger.now + 1 else { return }
        // The windows are full of nothing again before anything comes.
        ledger.skip(to: next - window)
    }
}
