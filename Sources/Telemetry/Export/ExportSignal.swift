import Base
import Synchronization

/// How threads tell whoever exports that a batch is at hand, and count what found no room.
final class ExportSignal: Sendable {
    /// Spans that make a batch.
    let batchMax: Int
    /// Spans that found no room.
    let lost: Counter
    private let wakeup = Wakeup()
    private let isAwake = Atomic<Bool>(false)

    init(batchMax: Int, lost: Counter) {
        self.batchMax = batchMax
        self.lost = lost
    }

    /// Can be read when there is something to do.
    var descriptor: Int32 { wakeup.descriptor }

    /// From any thread: costs a system call once for each time that `heard` is called.
    func wake() {
        guard !isAwake.load(ordering: .relaxed), !isAwake.exchange(true, ordering: .acquiringAndReleasing) else {
            return
        }
        wakeup.wake()
    }

    /// The exporter looks at what there is now.
    func heard() {
        _ = wakeup.take()
        isAwake.store(false, ordering: .sequentiallyConsistent)
    }
}
