package import Base
import CLinux
import Synchronization

/// One thread with an epoll instance: sockets, timers, descriptors, and work handed over from other threads.
///
/// What lives on a loop (connections, exchanges, timers) is touched by its thread only. Events are level-triggered;
/// what a turn of the loop wrote goes out once, at the turn's end.
package final class EventLoop: @unchecked Sendable {
    // Safe: `mailbox`, `hasMail` and `thread` are synchronized; all else belongs to the loop's thread.
    private let name: String
    private let poll: Int32
    private let wake: Int32
    private let mailbox = Mutex<[@Sendable () -> Void]>([])
    private let hasMail = Atomic<Bool>(false)
    private let thread = Atomic<UInt>(0)
    private var isStopping = false
    private var sources = SourceTable()
    private var deferred: [() -> Void] = []
    private var flushing: [Connection] = []
    private var flushed: [Connection] = []
    /// Servers of this loop that its own clients reach by lines in memory.
    var servers: [SocketAddress: HTTPServer] = [:]
    var timers = TimerHeap()
    let pool = BufferPool()
    var dateLine = DateLine()

    /// The time at which the loop woke up; for the loop's thread.
    package private(set) var now: Instant

    /// The most events taken from the kernel in one turn: few, so that what they cause goes out soon, while it is in the cache.
    /// With 256 busy connections that is a sixth less CPU and a third less p99 than turns of 256 events.
    private static let eventsPerTurn = 8

    package init(name: String) {
        self.name = name
        now = SystemTime().monotonic()
        poll = epoll_create1(Int32(EPOLL_CLOEXEC))
        wake = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        precondition(poll >= 0 && wake >= 0, "no descriptors are left for an event loop")
        control(EPOLL_CTL_ADD, wake, EPOLLIN.rawValue, token: .max)
    }

    deinit {
        CLinux.close(poll)
        CLinux.close(wake)
    }

    /// Whether the caller runs on the loop's thread.
    package var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    /// Starts the loop's thread.
    package func start() {
        var made = pthread_t()
        let argument = Unmanaged.passRetained(self).toOpaque()
        let failure = pthread_create(&made, nil, EventLoop.body, argument)
        precondition(failure == 0, "no thread can be started for an event loop")
        thread.store(UInt(made), ordering: .relaxed)
    }

    private static let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        guard let argument else { return nil }
        let loop = Unmanaged<EventLoop>.fromOpaque(argument).takeRetainedValue()
        loop.thread.store(UInt(pthread_self()), ordering: .relaxed)
        _ = clinux_name_thread(loop.name)
        loop.run()
        return nil
    }

    /// Ends the loop after the work handed over so far, closes what is open on it, and waits for the thread's end.
    package func stop() {
        precondition(!isCurrent, "a loop cannot wait for its own end")
        let started = thread.exchange(0, ordering: .relaxed)
        guard started != 0 else { return }
        execute { self.isStopping = true }
        pthread_join(pthread_t(started), nil)
    }

    /// Runs `work` on the loop's thread; calls of one thread keep their order. After `stop` nothing is run.
    package func execute(_ work: @escaping @Sendable () -> Void) {
        mailbox.withLock { $0.append(work) }
        guard !hasMail.exchange(true, ordering: .acquiringAndReleasing), !isCurrent else { return }
        var one: UInt64 = 1
        _ = CLinux.write(wake, &one, 8)
    }

    /// Runs `work` after `delay`; both on the loop's thread.
    package func after(_ delay: Duration, _ work: @escaping () -> Void) -> LoopTimer {
        timers.add(at: max(now, SystemTime().monotonic()) + delay, loop: self, work)
    }

    /// Calls `readable` on the loop's thread as long as `descriptor` can be read (pidfd, pipe …).
    package func watch(descriptor: Int32, _ readable: @escaping () -> Void) -> LoopWatch {
        LoopWatch(loop: self, descriptor: descriptor, readable)
    }

    /// Runs `work` in this turn, after the events that are at hand.
    func soon(_ work: @escaping () -> Void) { deferred.append(work) }

    /// Lets `connection` write once at the end of this turn.
    func flushAtEndOfTurn(_ connection: Connection) { flushing.append(connection) }
}

// MARK: - turns

extension EventLoop {
    private func run() {
        let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: Self.eventsPerTurn)
        defer { events.deallocate() }
        while !isStopping { turn(events, waiting: waitingTime()) }
        for source in sources.all { source.loopEnded() }
        finishTurn()
    }

    /// One turn on the caller's thread that waits for nothing, for a loop that is never started: what runs on it can be
    /// driven step by step.
    package func turn() {
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.eventsPerTurn) { events in
            guard let start = events.baseAddress else { return }
            turn(start, waiting: 0)
        }
    }

    private func turn(_ events: UnsafeMutablePointer<epoll_event>, waiting: Int32) {
        let count = epoll_wait(poll, events, Int32(Self.eventsPerTurn), waiting)
        now = SystemTime().monotonic()
        for index in 0..<max(0, Int(count)) { dispatch(events[index]) }
        finishTurn()
    }

    private func dispatch(_ event: epoll_event) {
        guard event.data.u64 != .max else {
            var count: UInt64 = 0
            _ = CLinux.read(wake, &count, 8)
            return
        }
        sources[event.data.u64]?.ready(event.events)
    }

    private func finishTurn() {
        if hasMail.exchange(false, ordering: .acquiringAndReleasing) {
            for work in mailbox.withLock({ exchange(&$0, with: []) }) { work() }
        }
        while let timer = timers.takeDue(now) { timer.fire() }
        while !deferred.isEmpty {
            for work in exchange(&deferred, with: []) { work() }
        }
        // What a flush makes others write goes out in the next turn, so that one busy stream cannot hold the loop.
        swap(&flushing, &flushed)
        for connection in flushed { connection.flush() }
        flushed.removeAll(keepingCapacity: true)
    }

    /// Milliseconds until something is due, rounded up; -1 where nothing is.
    private func waitingTime() -> Int32 {
        if hasMail.load(ordering: .acquiring) || !deferred.isEmpty || !flushing.isEmpty { return 0 }
        guard let next = timers.next else { return -1 }
        let now = SystemTime().monotonic()
        guard next > now else { return 0 }
        let left = next.nanoseconds &- now.nanoseconds
        return Int32(clamping: (left &- 1) / 1_000_000 + 1)
    }
}

// MARK: - descriptors

extension EventLoop {
    /// Takes `source` in; its `ready` is called for the epoll events in `interest`.
    func register(_ descriptor: Int32, _ interest: UInt32, _ source: any EventSource) -> SourceToken {
        let token = sources.add(source)
        control(EPOLL_CTL_ADD, descriptor, interest, token: token)
        return token
    }

    func change(_ token: SourceToken, _ descriptor: Int32, _ interest: UInt32) {
        control(EPOLL_CTL_MOD, descriptor, interest, token: token)
    }

    func deregister(_ token: SourceToken, _ descriptor: Int32) {
        control(EPOLL_CTL_DEL, descriptor, 0, token: token)
        sources.remove(token)
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ interest: UInt32, token: SourceToken) {
        var event = epoll_event()
        event.events = interest
        event.data.u64 = token
        epoll_ctl(poll, operation, descriptor, &event)
    }
}

private func exchange<Value>(_ place: inout Value, with new: Value) -> Value {
    let old = place
    place = new
    return old
}

/// Carries what belongs to a loop's thread into work for that loop.
package struct LoopBound<Value>: @unchecked Sendable {
    // Safe: only opened in work that runs on the loop the value belongs to.
    package let value: Value

    package init(_ value: Value) { self.value = value }
}
