import Base
import CData
import CLinux

/// A running worker: a process group of its own, which dies with the thread that started it.
///
/// What it writes goes where the server's own log goes.
final class WorkerProcess {
    let channel: WorkerChannel
    let pid: Int32
    /// Can be read when the worker has ended.
    let pidfd: Int32

    /// Starts a Python, and hands it the program of the worker.
    ///
    /// - Parameter title: what lists of processes show behind it.
    init(interpreter: String, title: String, time: any TimeSource) throws(WorkerDown) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw WorkerDown("socketpair: \(String(cString: strerror(clinux_errno())))")
        }
        channel = WorkerChannel(descriptor: ends[0], time: time)
        defer { close(ends[1]) }
        (pid, pidfd) = try WorkerProcess.spawn([interpreter, "-u", "-c", WorkerProcess.opening, title], input: ends[1])
        // A worker that is gone already is noticed by whoever asks it first.
        try? channel.send(WorkerProcess.program, until: time.monotonic() + PythonLimits.loadTime)
    }

    /// Takes the program from the socket and runs it.
    private static let opening =
        "import socket as s;c=s.socket(fileno=0);t=lambda n:c.recv(n,s.MSG_WAITALL);"
        + "p=t(int.from_bytes(t(4),'little'));c.detach();exec(compile(p,'roost-worker.py','exec'))"

    /// The program as it goes over the socket, behind its length.
    private static var program: [UInt8] {
        let text = UnsafeRawBufferPointer(start: cdata_python_worker_start_address(), count: cdata_python_worker_size())
        return (0..<4).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + Array(text)
    }

    private static func spawn(
        _ words: [String],
        input: Int32
    ) throws(WorkerDown) -> (pid: Int32, pidfd: Int32) {
        let arguments = CWords(words)
        var fault = clinux_spawn_fault()
        var pidfd: Int32 = -1
        let pid = "/".withCString { folder in
            var request = clinux_spawn_request()
            request.program = arguments.first
            request.arguments = arguments.base
            request.environment = clinux_environment()
            request.folder = folder
            request.input = input
            request.binds = -1
            request.group = -1
            request.output = 2
            request.errors = 2
            return clinux_spawn(&request, &pidfd, &fault)
        }
        // The request points into it.
        withExtendedLifetime(arguments) {}
        guard pid >= 0 else {
            let place = fault.place.map { String(cString: $0) } ?? "spawn"
            throw WorkerDown("\(place) \(words[0]): \(String(cString: strerror(fault.number)).lowercased())")
        }
        return (pid, pidfd)
    }

    /// Ends it at once, with all that it has started.
    func kill() { CLinux.kill(-pid, SIGKILL) }

    /// Whether it has ended, and waits to be reaped.
    var hasEnded: Bool {
        var entry = pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0
    }

    /// Waits for its end; its exit code, or 128 + the signal.
    func reap() -> Int {
        Wakeup.wait(for: [pidfd])
        // The group goes with its leader, while the leader's pid is still ours.
        kill()
        var (status, signal): (Int32, Int32) = (255, 0)
        _ = clinux_take_exit(pidfd, &status, &signal)
        close(pidfd)
        return Int(status)
    }
}
