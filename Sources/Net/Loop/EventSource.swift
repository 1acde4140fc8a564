import CLinux

/// Something on a loop that has a descriptor.
protocol EventSource: AnyObject {
    /// The descriptor can be read or written, or has failed.
    func ready(_ events: UInt32)
    /// The loop ends: close what is open.
    func loopEnded()
}

/// Names a source in the kernel's events: slot in the low half, the slot's generation in the high half.
typealias SourceToken = UInt64

/// The sources of a loop. A token of a removed source finds nothing, even when its slot is in use again: an event
/// that was fetched before the removal reaches nobody.
struct SourceTable {
    private struct Slot {
        var source: (any EventSource)?
        var generation: UInt32
    }

    private var slots: [Slot] = []
    private var free: [Int] = []

    var all: [any EventSource] { slots.compactMap(\.source) }

    subscript(token: SourceToken) -> (any EventSource)? {
        let index = Int(token & 0xFFFF_FFFF)
        guard index < slots.count, slots[index].generation == UInt32(token >> 32) else { return nil }
        return slots[index].source
    }

    mutating func add(_ source: any EventSource) -> SourceToken {
        if let index = free.popLast() {
            slots[index].source = source
            return UInt64(slots[index].generation) << 32 | UInt64(index)
        }
        slots.append(Slot(source: source, generation: 0))
        return UInt64(slots.count - 1)
    }

    mutating func remove(_ token: SourceToken) {
        guard self[token] != nil else { return }
        let index = Int(token & 0xFFFF_FFFF)
        slots[index].source = nil
        // One below the greatest, so that no token equals the loop's own.
        slots[index].generation = (slots[index].generation + 1) % UInt32.max
        free.append(index)
    }
}

/// A watched descriptor; it stays the caller's to close, after `cancel`.
package final class LoopWatch: EventSource {
    private let loop: EventLoop
    private let descriptor: Int32
    private var token: SourceToken?
    private var readable: (() -> Void)?

    init(loop: EventLoop, descriptor: Int32, _ readable: @escaping () -> Void) {
        self.loop = loop
        self.descriptor = descriptor
        self.readable = readable
        token = loop.register(descriptor, EPOLLIN.rawValue, self)
    }

    /// Ends the watch; on the loop's thread.
    package func cancel() {
        readable = nil
        guard let token else { return }
        self.token = nil
        loop.deregister(token, descriptor)
    }

    func ready(_ events: UInt32) { readable?() }
    func loopEnded() { cancel() }
}
