import Base
import CLinux
import Kubelet
import Net

/// A program to be started.
struct LaunchPlan: Sendable {
    /// The program's absolute path first.
    var arguments: [String]
    /// `NAME=value` pairs.
    var environment: [String]
    /// The working folder, as the program sees it.
    var folder = "/"
    /// Nil shares the machine's view of the file system.
    var mounts: MountPlan?
    /// The address that the program's servers get where they ask for all of them; nil lets them.
    var address: UInt32?
    /// The folder of the control group that it runs in; nil for the node's own.
    var group: String?
}

/// Where a program's output goes; called on the runner's thread.
protocol OutputSink: AnyObject, Sendable {
    func take(_ bytes: UnsafeRawBufferPointer, from stream: LogStream)
    /// Nothing more will come.
    func finish()
}

/// How a process ended.
struct ProcessExit: Equatable, Sendable {
    /// The exit code, or 128 + the signal.
    let code: Int
    let signal: Int
}

/// A process of ours that runs.
struct RunningProcess: Hashable, Sendable { let pid: Int32 }

/// Starts, signals and reaps processes: all on one thread, whose death takes its children along.
///
/// Exits and output arrive by descriptors; nothing is polled. When a process ends its whole group is killed, as a
/// container's is.
final class ProcessRunner: @unchecked Sendable {
    // Safe: everything below is touched on the loop's thread only.
    private var children: [Int32: Child] = [:]
    private let loop: EventLoop
    private let needsUserNamespace: Bool
    private let log = Log("processes")

    private struct Child {
        let pidfd: Int32
        var watches: [LoopWatch]
        let binds: BindWatch?
        let pipes: [(descriptor: Int32, stream: LogStream)]
        let sink: any OutputSink
        let ended: @Sendable (ProcessExit) -> Void
    }

    init(loop: EventLoop) {
        self.loop = loop
        needsUserNamespace = geteuid() != 0
    }

    /// Starts a program. `started` is called before anything else is told of it; `bound` when it takes an address, where
    /// that is watched; `ended` once, when it has ended and its output is in `sink`. All on the runner's thread.
    func start(
        _ plan: LaunchPlan,
        sink: any OutputSink,
        started: @escaping @Sendable (RunningProcess) -> Void,
        bound: @escaping @Sendable () -> Void = {},
        ended: @escaping @Sendable (ProcessExit) -> Void
    ) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            loop.execute { [self] in
                continuation.resume(
                    with: Result { started(try startNow(plan, sink: sink, bound: bound, ended: ended)) }
                )
            }
        }
    }

    /// Sends a signal to a process and its group; one that has ended is left alone.
    func signal(_ process: RunningProcess, _ number: Int32) {
        loop.execute { [self] in
            // Safe: a pid in the table is not reaped yet, so nobody else can have it.
            if children[process.pid] != nil { kill(-process.pid, number) }
        }
    }

    private func startNow(
        _ plan: LaunchPlan,
        sink: any OutputSink,
        bound: @escaping @Sendable () -> Void,
        ended: @escaping @Sendable (ProcessExit) -> Void
    ) throws -> RunningProcess {
        let output = try Pipe()
        defer { output.closeWriter() }
        let errors: Pipe
        do { errors = try Pipe() } catch {
            output.closeReader()
            throw error
        }
        defer { errors.closeWriter() }
        let pid: Int32
        let pidfd: Int32
        let binds: BindWatch?
        do throws(LaunchFault) {
            (pid, pidfd, binds) = try spawn(plan, output: output.writer, errors: errors.writer)
        } catch {
            output.closeReader()
            errors.closeReader()
            throw error
        }
        let pipes = [(output.reader, LogStream.output), (errors.reader, .errors)]
        var child = Child(pidfd: pidfd, watches: [], binds: binds, pipes: pipes, sink: sink, ended: ended)
        binds?.start(on: loop, told: bound)
        for (index, pipe) in pipes.enumerated() {
            child.watches.append(
                loop.watch(descriptor: pipe.0) { [self] in
                    // At the end of the stream the pipe stays readable: stop watching it.
                    if !drain(pipe.0, pipe.1, sink) { children[pid]?.watches[index].cancel() }
                }
            )
        }
        child.watches.append(loop.watch(descriptor: pidfd) { [self] in reap(pid) })
        children[pid] = child
        return RunningProcess(pid: pid)
    }

    private func reap(_ pid: Int32) {
        guard let child = children[pid] else { return }
        // The group goes with its leader, while the leader's pid is still ours.
        kill(-pid, SIGKILL)
        var status: Int32 = 255
        var signal: Int32 = 0
        guard clinux_take_exit(child.pidfd, &status, &signal) != 0 else { return }
        children[pid] = nil
        child.watches.forEach { $0.cancel() }
        child.binds?.end()
        for pipe in child.pipes {
            _ = drain(pipe.descriptor, pipe.stream, child.sink)
            close(pipe.descriptor)
        }
        close(child.pidfd)
        child.sink.finish()
        child.ended(ProcessExit(code: Int(status), signal: Int(signal)))
    }

    /// Reads what is there; false at the end of the stream.
    private func drain(_ descriptor: Int32, _ stream: LogStream, _ sink: any OutputSink) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 8) { buffer in
            // A program that writes without end must not keep the thread: the rest comes with the next wake-up.
            for _ in 0..<16 {
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                guard count > 0 else {
                    return count < 0 && (clinux_errno() == EAGAIN || clinux_errno() == EINTR)
                }
                sink.take(UnsafeRawBufferPointer(rebasing: buffer[..<count]), from: stream)
            }
            return true
        }
    }

    private func spawn(
        _ plan: LaunchPlan,
        output: Int32,
        errors: Int32
    ) throws(LaunchFault) -> (pid: Int32, pidfd: Int32, binds: BindWatch?) {
        let words = CWords(plan.arguments)
        let environment = CWords(plan.environment)
        let steps = CMountSteps(plan.mounts?.steps ?? [])
        var fault = clinux_spawn_fault()
        var pidfd: Int32 = -1
        let way = plan.address.flatMap { _ in BindWatch.Way() }
        let group = plan.group.map { clinux_open("\($0)/cgroup.procs", O_WRONLY | O_CLOEXEC, 0) } ?? -1
        defer { if group >= 0 { close(group) } }
        if let folder = plan.group, group < 0 { throw LaunchFault("control group \(folder) cannot be entered") }
        let pid = plan.folder.withCString { folder in
            var request = clinux_spawn_request()
            request.program = words.first
            request.arguments = words.base
            request.environment = environment.base
            request.folder = folder
            request.input = -1
            request.binds = way?.childEnd ?? -1
            request.group = group
            request.output = output
            request.errors = errors
            request.mounts = plan.mounts == nil ? 0 : 1
            request.user = needsUserNamespace ? 1 : 0
            request.steps = steps.base
            request.step_count = Int64(steps.count)
            return clinux_spawn(&request, &pidfd, &fault)
        }
        // The request points into these.
        withExtendedLifetime((words, environment, steps)) {}
        guard pid >= 0 else { throw LaunchFault(plan, fault) }
        return (pid, pidfd, plan.address.flatMap { way?.watch(address: $0) })
    }
}

/// Why a program did not start, in words.
struct LaunchFault: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    fileprivate init(_ plan: LaunchPlan, _ fault: clinux_spawn_fault) {
        let why = String(cString: strerror(fault.number)).lowercased()
        let place = fault.place.map { String(cString: $0) } ?? "spawn"
        let steps = plan.mounts?.steps ?? []
        if steps.indices.contains(Int(fault.step)) {
            description = "\(steps[Int(fault.step)]): \(why)"
        } else if place == "exec" {
            description = "exec \(plan.arguments.first ?? ""): \(why)"
        } else if place == "chdir" {
            description = "working folder \(plan.folder): \(why)"
        } else {
            description = "\(place): \(why)"
        }
    }
}
