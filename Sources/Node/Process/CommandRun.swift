import Base
import CLinux
import Kubelet
import Synchronization

/// Keeps the first bytes of what a short command prints.
final class OutputBuffer: OutputSink {
    private let bytes = Mutex<[UInt8]>([])

    func take(_ bytes: UnsafeRawBufferPointer, from stream: LogStream) {
        self.bytes.withLock { kept in kept += bytes.prefix(NodeLimits.execOutputMax - kept.count) }
    }

    func finish() {}

    /// What was printed, without white space around it.
    var text: String {
        let bytes = bytes.withLock { $0 }
        let space = UInt8(ascii: " ")
        let trimmed = bytes.drop { $0 <= space }
        let end = trimmed.lastIndex { $0 > space }.map { $0 + 1 } ?? trimmed.startIndex
        return String(decoding: trimmed[..<end], as: UTF8.self)
    }
}

/// How a short command went.
struct CommandResult: Equatable, Sendable {
    /// Nil where it had not ended in time and was killed.
    let exitCode: Int?
    let output: String

    var succeeded: Bool { exitCode == 0 }
}

extension ProcessRunner {
    /// Runs a short command to its end, or kills it after `timeout`; both outputs are kept together.
    func run(_ plan: LaunchPlan, timeout: Duration, time: any TimeSource) async throws -> CommandResult {
        let output = OutputBuffer()
        let (exits, exit) = AsyncStream.makeStream(of: ProcessExit.self, bufferingPolicy: .bufferingNewest(1))
        let (starts, start) = AsyncStream.makeStream(of: RunningProcess.self, bufferingPolicy: .bufferingNewest(1))
        try await self.start(
            plan,
            sink: output,
            started: { process in
                start.yield(process)
                start.finish()
            },
            ended: { ended in
                exit.yield(ended)
                exit.finish()
            }
        )
        var process: RunningProcess?
        for await started in starts { process = started }
        let timer = Task { [process] in
            // A timer that is cancelled has nothing left to do.
            guard (try? await time.sleep(timeout)) != nil, let process else { return false }
            self.signal(process, SIGKILL)
            return true
        }
        var code: Int?
        for await ended in exits { code = ended.code }
        timer.cancel()
        return CommandResult(exitCode: await timer.value ? nil : code, output: output.text)
    }
}
