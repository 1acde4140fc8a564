/// The places of ready replicas and the requests that wait for one: first come, first served, as the gateway hands them out.
///
/// A place is only the time from which it is free. What is taken away is freest first; a request in it ends by itself.
struct Replicas: Sendable {
    /// Requests that a replica works on at a time.
    let places: Int
    /// Replicas that are ready.
    private(set) var ready = 0
    /// Times from which places are free, the earliest first (a binary heap).
    private var free: [Int64] = []
    /// Arrivals that wait, from `head` on.
    private var waiting: [Int64] = []
    private var head = 0

    init(places: Int) { self.places = places }

    var queued: Int { waiting.count - head }
    /// The request that has waited longest.
    var firstWaiting: Int64? { head < waiting.count ? waiting[head] : nil }
    /// From when on a place is free; nil where there is none at all.
    var earliest: Int64? { free.first }

    mutating func add(at time: Int64) {
        ready += 1
        for _ in 0..<places { push(time) }
    }

    mutating func remove() {
        guard ready > 0 else { return }
        ready -= 1
        for _ in 0..<min(places, free.count) { _ = pop() }
    }

    mutating func enqueue(_ arrival: Int64) { waiting.append(arrival) }

    mutating func dequeue() {
        head += 1
        if head > 1024, head * 2 > waiting.count {
            waiting.removeFirst(head)
            head = 0
        }
    }

    /// Takes the earliest place until `end`.
    mutating func occupy(until end: Int64) {
        guard !free.isEmpty else { return }
        free[0] = end
        sink()
    }

    private mutating func push(_ time: Int64) {
        free.append(time)
        var child = free.count - 1
        while child > 0, free[child] < free[(child - 1) / 2] {
            free.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func pop() -> Int64 {
        let first = free[0]
        let last = free.removeLast()
        if !free.isEmpty {
            free[0] = last
            sink()
        }
        return first
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = 2 * parent + 1
            guard least < free.count else { return }
            if least + 1 < free.count, free[least + 1] < free[least] { least += 1 }
            guard free[least] < free[parent] else { return }
            free.swapAt(parent, least)
            parent = least
        }
    }
}
