import CLinux

/// Lines to a descriptor that others may write to as well: each write is of whole lines, and no longer than a pipe takes
/// at once, so that lines of several processes stay whole.
package struct DescriptorSink: LineSink {
    private let descriptor: Int32

    package init(_ descriptor: Int32) { self.descriptor = descriptor }

    package func write(_ lines: UnsafeRawBufferPointer) -> Int {
        var rest = lines[...]
        var lost = 0
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(DescriptorSink.wholeLines(rest)))
            if !writeAll(piece) { lost += piece.count { $0 == 0x0A } }
            rest = rest.dropFirst(piece.count)
        }
        return lost
    }

    /// How many bytes of the lines are written at once.
    private static func wholeLines(_ lines: Slice<UnsafeRawBufferPointer>) -> Int {
        guard lines.count > LogLine.bytesMax else { return lines.count }
        let most = lines.prefix(LogLine.bytesMax)
        return most.lastIndex(of: 0x0A).map { $0 - lines.startIndex + 1 } ?? most.count
    }

    private func writeAll(_ piece: UnsafeRawBufferPointer) -> Bool {
        var rest = piece
        while rest.count > 0 {
            let written = CLinux.write(descriptor, rest.baseAddress, rest.count)
            if written > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            } else if clinux_errno() == EAGAIN {
                // Somebody who shares the descriptor has made it so that it does not wait.
                var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&state, 1, -1)
            } else if clinux_errno() != EINTR {
                // A line that was begun is ended, so that the next one is whole.
                if rest.count < piece.count { _ = CLinux.write(descriptor, "\n", 1) }
                return false
            }
        }
        return true
    }
}
