import Base
import Gateway
import Net
import Synchronization
import Testing

/// Slots of endpoints and the queue for them, on a loop that is driven step by step.
@Suite struct RequestQueueTests {
    private let now = Instant(nanoseconds: 0)
    private let loop = EventLoop(name: "test")

    private static func endpoints(_ count: Int) -> [Endpoint] {
        (0..<count).map { Endpoint(SocketAddress(ip: UInt32($0), port: 80)) }
    }

    @Test func theQueueTakesAndRefusesAsTheBreaker() throws {
        try Golden("breaker").replay { item in
            let endpoint = Self.endpoints(1)[0]
            let queue = RequestQueue(name: "s")
            var limit = item["initialCapacity"].int ?? 0
            let inFlightMax = (item["queueDepth"].int ?? 0) + (item["maxConcurrency"].int ?? 0)
            func follow() {
                queue.follow(.init(endpoints: [endpoint], limit: limit, inFlightMax: inFlightMax), at: now)
            }
            follow()
            var (reserved, rejected, done) = (0, 0, 0)
            for (index, entry) in (item["ops"].array ?? []).enumerated() {
                let operation = entry[0].string ?? ""
                switch operation {
                case "maybe":
                    guard queue.takeSlot(of: [endpoint], limit: limit, at: now) == nil else { break }
                    if queue.join(Waiter(loop: loop) { _ in }, at: now) != nil { rejected += 1 }
                case "finish":
                    queue.leave(endpoint, at: now)
                    done += 1
                case "reserve":
                    let isReserved = queue.takeSlot(of: [endpoint], limit: limit, at: now) != nil
                    reserved += isReserved ? 1 : 0
                    if isReserved != entry[1].bool { return "step \(index): reserved is \(isReserved)" }
                case "releaseReservation":
                    reserved -= 1
                    queue.leave(endpoint, at: now)
                default:
                    limit = entry[1].int ?? 0
                    follow()
                }
                let running = endpoint.slotsTaken - reserved
                let got = [running, endpoint.slotsTaken + queue.count, rejected, done]
                let recorded = [2, 3, 4, 5].map { entry[$0].int ?? -1 }
                if got != recorded { return "step \(index) \(operation): \(got), recorded is \(recorded)" }
            }
            return nil
        }
    }

    @Test func endpointsAreTakenInTheActivatorsOrder() throws {
        try Golden("lb-policy").replay { item in
            var endpoints = Self.endpoints(item["pods"].int ?? 0)
            let order = item["policy"].string == "firstAvailable" ? SlotOrder.firstFree : .around
            let limit = item["capacityPerPod"].int ?? 0
            let all = endpoints
            var turn = 0
            for (index, entry) in (item["ops"].array ?? []).enumerated() {
                switch entry[0].string {
                case "pick":
                    let picked = order.pick(of: endpoints.count, turn: &turn) { endpoints[$0].takeSlot(below: limit) }
                    let name = picked.map { "p\($0)" }
                    if name != entry[1].string { return "step \(index): \(name ?? "none")" }
                case "release":
                    all[Int(entry[1].string?.dropFirst() ?? "") ?? 0].giveSlot()
                default: endpoints.removeLast()
                }
            }
            return nil
        }
    }

    @Test(arguments: [(1, SlotOrder.firstFree), (3, .firstFree), (4, .around), (.max, .around)])
    func smallLimitsFillOneEndpointFirst(_ limit: Int, _ order: SlotOrder) {
        #expect(SlotOrder(limit: limit) == order)
    }

    @Test func thoseWhoWaitAreServedInOrder() throws {
        let endpoints = Self.endpoints(2)
        let queue = RequestQueue(name: "s")
        queue.follow(.init(inFlightMax: 3), at: now)
        var order: [Int] = []
        let waiters = (0..<3).map { number in Waiter(loop: loop) { _ in order.append(number) } }
        for waiter in waiters { #expect(queue.join(waiter, at: now) == nil) }
        let refusal = queue.join(Waiter(loop: loop) { _ in }, at: now)
        #expect(refusal == "3 requests wait for service s already")
        queue.withdraw(waiters[1])
        #expect(queue.join(Waiter(loop: loop) { _ in order.append(3) }, at: now) == nil)
        #expect(queue.join(Waiter(loop: loop) { _ in order.append(4) }, isAhead: true, at: now) == nil)
        queue.follow(.init(endpoints: endpoints, limit: 1, inFlightMax: 3), at: now)
        loop.turn()
        #expect(order == [4, 0] && queue.count == 2)
        #expect(queue.takeSlot(of: endpoints, limit: 1, at: now) == nil, "nobody passes those who wait")
        queue.leave(endpoints[1], at: now)
        loop.turn()
        #expect(order == [4, 0, 2] && endpoints.map(\.slotsTaken) == [1, 1])
    }

    @Test func aSlotForOneWhoHasGoneIsTheNextOnes() {
        let endpoints = Self.endpoints(1)
        let queue = RequestQueue(name: "s")
        queue.follow(.init(inFlightMax: 9), at: now)
        var served: [Int] = []
        let gone = Waiter(loop: loop) { _ in served.append(0) }
        #expect(queue.join(gone, at: now) == nil)
        #expect(queue.join(Waiter(loop: loop) { _ in served.append(1) }, at: now) == nil)
        queue.follow(.init(endpoints: endpoints, limit: 1, inFlightMax: 9), at: now)
        queue.withdraw(gone)
        loop.turn()
        loop.turn()
        #expect(served == [1] && endpoints[0].slotsTaken == 1)
    }

    @Test func arrivalsAndFailingStartsAreTold() {
        let arrivals = Atomic<Int>(0)
        let queue = RequestQueue(name: "s") { arrivals.add(1, ordering: .relaxed) }
        queue.follow(.init(inFlightMax: 9), at: now)
        var why = ""
        func waiter() -> Waiter { Waiter(loop: loop) { if case .refused(let text) = $0 { why = text } } }
        #expect(queue.join(waiter(), at: now) == nil)
        #expect(queue.join(waiter(), at: now) == nil)
        #expect(arrivals.load(ordering: .relaxed) == 1)
        queue.follow(.init(inFlightMax: 9, failure: "no such image"), at: now)
        loop.turn()
        #expect(why == "service s: no such image" && queue.count == 0)
        #expect(queue.join(waiter(), at: now) == "service s: no such image")
        #expect(arrivals.load(ordering: .relaxed) == 1)
    }

    /// Threads take slots, wait for them and give them back: never more than the limit at once, and nobody is forgotten.
    @Test func slotsAreExactOverThreads() async {
        let endpoints = Self.endpoints(3)
        let queue = RequestQueue(name: "s")
        queue.follow(.init(endpoints: endpoints, limit: 2, inFlightMax: 100_000), at: now)
        let loops = (0..<3).map { EventLoop(name: "loop-\($0)") }
        for loop in loops { loop.start() }
        let most = await withTaskGroup(of: Int.self, returning: Int.self) { group in
            for number in 0..<48 {
                let user = SlotUser(loops[number % 3], queue, endpoints)
                group.addTask { await user.run(rounds: 100) }
            }
            return await group.reduce(0) { max($0, $1) }
        }
        for loop in loops { loop.stop() }
        #expect(most == 2)
        #expect(endpoints.map(\.slotsTaken) == [0, 0, 0] && queue.count == 0)
    }
}

/// Takes a slot, holds it for a turn of its loop, gives it back, and again.
private final class SlotUser: @unchecked Sendable {
    // Safe: after `run` has begun, all is touched on the loop only.
    private let loop: EventLoop
    private let queue: RequestQueue
    private let endpoints: [Endpoint]
    private var roundsLeft = 0
    private var mostSeen = 0
    private var done: CheckedContinuation<Int, Never>?

    init(_ loop: EventLoop, _ queue: RequestQueue, _ endpoints: [Endpoint]) {
        self.loop = loop
        self.queue = queue
        self.endpoints = endpoints
    }

    /// The most slots of one endpoint that were taken while it had one.
    func run(rounds: Int) async -> Int {
        await withCheckedContinuation { continuation in
            loop.execute {
                self.done = continuation
                self.roundsLeft = rounds
                self.begin()
            }
        }
    }

    private func begin() {
        guard roundsLeft > 0 else {
            done?.resume(returning: mostSeen)
            return
        }
        roundsLeft -= 1
        let now = Instant(nanoseconds: 0)
        if let endpoint = queue.takeSlot(of: endpoints, limit: 2, at: now) { return hold(endpoint) }
        let waiter = Waiter(loop: loop) { if case .admitted(let endpoint) = $0 { self.hold(endpoint) } }
        #expect(queue.join(waiter, at: now) == nil)
    }

    private func hold(_ endpoint: Endpoint) {
        mostSeen = max(mostSeen, endpoint.slotsTaken)
        loop.execute {
            self.queue.leave(endpoint, at: Instant(nanoseconds: 0))
            self.begin()
        }
    }
}
