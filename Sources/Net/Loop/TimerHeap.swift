import Base

/// Something that an event loop will do at a time, unless it is cancelled before.
package final class LoopTimer {
    let deadline: Instant
    fileprivate let order: UInt64
    fileprivate var place: Int?
    private var work: (() -> Void)?
    private weak var loop: EventLoop?

    init(deadline: Instant, order: UInt64, loop: EventLoop?, work: @escaping () -> Void) {
        self.deadline = deadline
        self.order = order
        self.loop = loop
        self.work = work
    }

    /// Forgets the work; to be called on the loop's thread.
    package func cancel() {
        work = nil
        loop?.timers.remove(self)
    }

    func fire() {
        let due = work
        work = nil
        due?()
    }

    fileprivate func isBefore(_ other: LoopTimer) -> Bool {
        (deadline, order) < (other.deadline, other.order)
    }
}

/// Timers, the earliest first; equal deadlines keep their order. A cancelled timer leaves at once.
struct TimerHeap {
    private var timers: [LoopTimer] = []
    private var made: UInt64 = 0

    /// When the first timer is due.
    var next: Instant? { timers.first?.deadline }
    var count: Int { timers.count }

    mutating func add(at deadline: Instant, loop: EventLoop?, _ work: @escaping () -> Void) -> LoopTimer {
        made += 1
        let timer = LoopTimer(deadline: deadline, order: made, loop: loop, work: work)
        timer.place = timers.count
        timers.append(timer)
        siftUp(timers.count - 1)
        return timer
    }

    /// The first timer that is due by `now`, taken out.
    mutating func takeDue(_ now: Instant) -> LoopTimer? {
        guard let first = timers.first, first.deadline <= now else { return nil }
        remove(first)
        return first
    }

    mutating func remove(_ timer: LoopTimer) {
        guard let place = timer.place else { return }
        timer.place = nil
        let last = timers.removeLast()
        guard last !== timer else { return }
        timers[place] = last
        last.place = place
        siftDown(place)
        siftUp(last.place ?? place)
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0, case let parent = (child - 1) / 2, timers[child].isBefore(timers[parent]) {
            exchange(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < timers.count {
                if timers[child].isBefore(timers[least]) { least = child }
            }
            guard least != parent else { return }
            exchange(parent, least)
            parent = least
        }
    }

    private mutating func exchange(_ left: Int, _ right: Int) {
        timers.swapAt(left, right)
        timers[left].place = left
        timers[right].place = right
    }
}
