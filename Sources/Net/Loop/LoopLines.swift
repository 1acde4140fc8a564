package import Base

/// Lines about the requests of one loop, gathered and handed to a writer from time to time: no request waits for it.
///
/// Belongs to the loop's thread. What the writer has no room for is lost, and counted there.
package final class LoopLines {
    /// Bytes that are gathered before they are handed over: as many as a pipe takes at once.
    private static let chunkBytes = LogLine.bytesMax
    /// How long a line may wait.
    private static let delay = Duration.milliseconds(200)

    private let loop: EventLoop
    private let writer: LineWriter
    private var held = OutBuffer()
    private var count = 0
    private var timer: LoopTimer?

    package init(loop: EventLoop, writer: LineWriter = Log.writer) {
        self.loop = loop
        self.writer = writer
    }

    /// Adds a line, which `write` appends with its end.
    package func add(_ write: (inout OutBuffer) -> Void) {
        let before = held.count
        write(&held)
        count += 1
        // Another such line would make two writes of them.
        if 2 * held.count - before > LoopLines.chunkBytes { return flush() }
        guard timer == nil else { return }
        timer = loop.after(LoopLines.delay) { [weak self] in
            self?.timer = nil
            self?.flush()
        }
    }

    /// Hands over what waits.
    package func flush() {
        guard count > 0 else { return }
        writer.put(Array(held.bytes), count: count)
        held.truncate(0)
        count = 0
    }
}
