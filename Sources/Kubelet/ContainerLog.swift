package import Base
import CLinux
import Synchronization

/// The two streams that a program writes.
package enum LogStream: String, Sendable {
    case output = "stdout"
    case errors = "stderr"
}

/// The log of one run of a container: files in the CRI's format, written as output arrives, read while they grow.
///
/// A line is `2026-11-21T00:48:53.123456789Z stdout F text`; `P` in place of `F` says that the line goes on. A file
/// that has grown to its limit becomes `<name>.1`, what was `.1` becomes `.2`, and the oldest goes.
package final class ContainerLog: Sendable {
    /// The file being written.
    package let path: String
    private let time: any TimeSource
    private let fileBytesMax: Int
    private let state: Mutex<State>

    private struct State {
        var file: Int32
        var bytes: Int
        /// What has come of a line whose end has not, by stream.
        var partial: [LogStream: [UInt8]] = [:]
        var isFinished = false
        var readers: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextReader = 0
    }

    /// Begins the log; the folder must be there.
    package convenience init(path: String, time: any TimeSource) throws {
        try self.init(path: path, time: time, fileBytesMax: KubeletLimits.logFileBytesMax)
    }

    package init(path: String, time: any TimeSource, fileBytesMax: Int) throws {
        self.path = path
        self.time = time
        self.fileBytesMax = fileBytesMax
        state = Mutex(State(file: try ContainerLog.open(path), bytes: 0))
    }

    deinit { finish() }

    /// Writes what a program wrote.
    package func append(_ bytes: UnsafeRawBufferPointer, from stream: LogStream) {
        let stamp = time.wall().rfc3339Nano
        state.withLock { state in
            guard !state.isFinished else { return }
            var lines = LogLines(stamp: stamp, stream: stream, partial: state.partial[stream] ?? [])
            lines.append(bytes)
            state.partial[stream] = lines.partial
            write(lines.output, &state)
            for reader in state.readers.values { reader.yield() }
        }
    }

    /// Writes what is left of lines without an end, and ends what readers wait for.
    package func finish() {
        let stamp = time.wall().rfc3339Nano
        let readers = state.withLock { state in
            guard !state.isFinished else { return [Int: AsyncStream<Void>.Continuation]() }
            for stream in [LogStream.output, .errors] {
                guard let partial = state.partial[stream], !partial.isEmpty else { continue }
                var lines = LogLines(stamp: stamp, stream: stream, partial: partial)
                lines.finish()
                write(lines.output, &state)
            }
            state.isFinished = true
            close(state.file)
            defer { state.readers = [:] }
            return state.readers
        }
        for reader in readers.values { reader.finish() }
    }

    /// Says each time that there is more to read; ends with the log. Ask before reading, so that nothing is missed.
    package func changes() -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            state.withLock { state in
                guard !state.isFinished else { return continuation.finish() }
                let id = state.nextReader
                state.nextReader += 1
                state.readers[id] = continuation
                // A reader's end is told under its task's lock, for which a writer may wait with this one: it is taken later.
                continuation.onTermination = { [weak self] _ in Task { [weak self] in self?.forget(id) } }
            }
        }
    }

    private func forget(_ reader: Int) { state.withLock { $0.readers[reader] = nil } }

    private func write(_ bytes: [UInt8], _ state: inout State) {
        if state.bytes > 0, state.bytes + bytes.count > fileBytesMax { rotate(&state) }
        // A disk that is full must not stop the program that writes: what does not fit is lost.
        let written = bytes.withUnsafeBytes { CLinux.write(state.file, $0.baseAddress, $0.count) }
        state.bytes += max(0, written)
    }

    private func rotate(_ state: inout State) {
        for number in stride(from: KubeletLimits.logFilesMax - 1, to: 0, by: -1) {
            rename(number == 1 ? path : "\(path).\(number - 1)", "\(path).\(number)")
        }
        guard let file = try? ContainerLog.open(path) else { return }  // Goes on in the old file.
        close(state.file)
        state.file = file
        state.bytes = 0
    }

    private static func open(_ path: String) throws -> Int32 {
        let file = clinux_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o640)
        guard file >= 0 else {
            throw LogFault("open \(path): \(String(cString: strerror(clinux_errno())).lowercased())")
        }
        return file
    }

    /// The files of a log, oldest first.
    package static func files(_ path: String) -> [String] {
        (1..<KubeletLimits.logFilesMax).reversed().map { "\(path).\($0)" }.filter { access($0, F_OK) == 0 } + [path]
    }

    /// Removes a log with its older files.
    package static func remove(_ path: String) { for file in files(path) { unlink(file) } }
}

/// Why a log cannot be written.
package struct LogFault: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
