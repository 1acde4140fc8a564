import CLinux

/// Lets one thread sleep until another wakes it; wake-ups that come first are kept and counted.
package final class Wakeup: Sendable {
    /// Can be read while there is a wake-up, for whoever waits for other descriptors too.
    package let descriptor: Int32

    package init() {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE))
        precondition(descriptor >= 0, "no descriptors are left for a wake-up")
    }

    deinit { close(descriptor) }

    /// Wakes who waits, or who will.
    package func wake() {
        var one: UInt64 = 1
        _ = CLinux.write(descriptor, &one, 8)
    }

    /// Waits for a wake-up and takes it; false where none came in time.
    @discardableResult
    package func wait(within limit: Duration? = nil) -> Bool {
        Wakeup.wait(for: [descriptor], within: limit)
        return take()
    }

    /// Takes a wake-up that has come; false where there is none.
    package func take() -> Bool {
        var count: UInt64 = 0
        return CLinux.read(descriptor, &count, 8) == 8
    }

    /// Waits until one of the descriptors can be read, or the time is over.
    package static func wait(for descriptors: [Int32], within limit: Duration? = nil) {
        var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let deadline = limit.map { SystemTime().monotonic() + $0 }
        while true {
            let left = deadline.map { max(0, ($0 - SystemTime().monotonic()).nanoseconds + 999_999) / 1_000_000 }
            let count = poll(&entries, nfds_t(entries.count), left.map { Int32(clamping: $0) } ?? -1)
            guard count < 0, clinux_errno() == EINTR else { return }
        }
    }
}
