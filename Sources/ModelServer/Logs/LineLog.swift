import CLinux
import Glibc
import Net

/// Lines about requests, gathered and written to standard error from time to time: a request waits for no reader of logs.
///
/// Where the reader does not keep up, lines are dropped and counted.
final class LineLog {
    /// Bytes that are gathered before they are written at once; a pipe takes so many as a whole.
    private static let writeBytes = 4096
    /// Bytes that wait for a reader before lines are dropped.
    private static let heldBytesMax = 1 << 18
    /// How long a line may wait.
    private static let delay = Duration.milliseconds(200)

    private let loop: EventLoop
    private let descriptor: Int32
    private var held = OutBuffer()
    /// Bytes of `held` that are written already.
    private var written = 0
    private var dropped = 0
    private var timer: LoopTimer?

    /// A log of lines that belongs to `loop`'s thread.
    init(loop: EventLoop, descriptor: Int32 = 2) {
        self.loop = loop
        self.descriptor = descriptor
    }

    /// Adds a line, which `write` appends with its end.
    func add(_ write: (inout OutBuffer) -> Void) {
        guard held.count < LineLog.heldBytesMax else {
            dropped += 1
            return
        }
        write(&held)
        if held.count >= LineLog.writeBytes { flush() }
        if timer == nil, !held.isEmpty {
            timer = loop.after(LineLog.delay) { [weak self] in
                self?.timer = nil
                self?.flush()
            }
        }
    }

    /// Writes whole lines as long as they are taken at once.
    func flush() {
        while written < held.count, isWritable {
            let bytes = UnsafeRawBufferPointer(rebasing: held.bytes[written...])
            let chunk = bytes.count <= LineLog.writeBytes ? bytes.count : LineLog.wholeLines(bytes)
            let taken = CLinux.write(descriptor, bytes.baseAddress, chunk)
            guard taken > 0 else { return }
            written += taken
        }
        guard written == held.count else { return }
        held.truncate(0)
        written = 0
        if dropped > 0 {
            let count = dropped
            dropped = 0
            add { $0.append("\(count) lines were dropped, since nobody read them\n") }
        }
    }

    /// How many of the bytes that can be written at once end with a line.
    private static func wholeLines(_ bytes: UnsafeRawBufferPointer) -> Int {
        let most = bytes.prefix(writeBytes)
        return most.lastIndex(of: 0x0A).map { $0 + 1 } ?? most.count
    }

    private var isWritable: Bool {
        var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&state, 1, 0) == 1
    }
}
