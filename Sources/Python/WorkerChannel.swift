import Base
import CLinux

/// The server's end of a socket to one worker; used by one thread at a time, closed with its last owner.
///
/// A conversation that broke leaves the stream in the middle of a frame: nobody may use the channel after a fault.
final class WorkerChannel: Sendable {
    private let descriptor: Int32
    private let time: any TimeSource

    init(descriptor: Int32, time: any TimeSource) {
        self.descriptor = descriptor
        self.time = time
    }

    deinit { close(descriptor) }

    /// Sends a frame and waits for the one that answers it.
    func ask(_ request: WorkerFrame, within limit: Duration) throws(WorkerFault) -> WorkerFrame {
        let deadline = time.monotonic() + limit
        let head = request.head.bytes
        try send(WorkerFrame.Lengths(head: head.count, data: request.data.count).bytes + head, until: deadline)
        try send(request.data, until: deadline)
        let lengths = try WorkerFrame.Lengths(receive(WorkerFrame.prefixBytes, until: deadline))
        let answer = try receive(lengths.head, until: deadline)
        let data = try receive(lengths.data, until: deadline)
        do throws(JSONDefect) {
            return WorkerFrame(head: try JSON.parse(answer), data: data)
        } catch {
            throw .malformed("the head of an answer is no JSON: \(error)")
        }
    }

    /// Sends bytes as they are.
    func send(_ bytes: [UInt8], until deadline: Instant) throws(WorkerFault) {
        var sent = 0
        while sent < bytes.count {
            try wait(for: POLLOUT, until: deadline)
            let count = bytes.withUnsafeBytes {
                CLinux.send(
                    descriptor,
                    UnsafeRawBufferPointer(rebasing: $0[sent...]).baseAddress,
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
                )
            }
            if count > 0 { sent += count } else if !isTransient { throw .gone }
        }
    }

    /// Ends the stream, which asks the worker to end.
    func end() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    private func receive(_ count: Int, until deadline: Instant) throws(WorkerFault) -> [UInt8] {
        var fault: WorkerFault?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(WorkerFault) {
                while filled < count {
                    try wait(for: POLLIN, until: deadline)
                    let rest = UnsafeMutableBufferPointer(rebasing: buffer[filled..<count])
                    let got = recv(descriptor, rest.baseAddress, rest.count, Int32(MSG_DONTWAIT))
                    if got > 0 { filled += got } else if got == 0 || !isTransient { throw .gone }
                }
            } catch {
                fault = error
            }
        }
        if let fault { throw fault }
        return bytes
    }

    private var isTransient: Bool { clinux_errno() == EAGAIN || clinux_errno() == EINTR }

    private func wait(for event: Int32, until deadline: Instant) throws(WorkerFault) {
        while true {
            let left = (deadline - time.monotonic()).nanoseconds
            guard left > 0 else { throw .late }
            var entry = pollfd(fd: descriptor, events: Int16(event), revents: 0)
            let count = poll(&entry, 1, Int32(clamping: (left + 999_999) / 1_000_000))
            if count > 0 { return }
            if count < 0, clinux_errno() != EINTR { throw .gone }
        }
    }
}
