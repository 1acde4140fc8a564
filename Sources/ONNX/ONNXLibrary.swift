import CONNXRuntime
import Prediction
import Synchronization

/// onnxruntime as it was opened: its functions, and what all models of the process share. It is never closed.
package final class ONNXLibrary: @unchecked Sendable {
    // Safe: nothing here changes after `init`, and onnxruntime takes calls from any thread.
    /// Its functions by their places.
    let table: connx_table
    /// Its own version, like `1.20.1`.
    let version: String
    /// Memory of the processor: where tensors of requests lie.
    let memory: OpaquePointer
    /// What parts of answers are made with.
    let allocator: OpaquePointer
    /// How requests are run that take little time.
    let runOptions: OpaquePointer
    /// Looks after those that may take more.
    let watch: ONNXRunWatch
    /// Threads that one request may use.
    private let threads: Int32
    private let environment: OpaquePointer

    private static let opened = Mutex<ONNXLibrary?>(nil)

    /// The variable that says how many threads a request may use.
    private static let threadsVariable = "ROOST_ONNXRUNTIME_THREADS"

    /// The library of this process, opened at the first call that finds it.
    static func shared() throws(ONNXFault) -> ONNXLibrary {
        // A lock's body throws any error, the function but one.
        let result = opened.withLock { library -> Result<ONNXLibrary, ONNXFault> in
            if let library { return .success(library) }
            do throws(ONNXFault) {
                let found = try open()
                library = found
                return .success(found)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func open() throws(ONNXFault) -> ONNXLibrary {
        let candidates = ONNXLibraryPlaces.here.candidates
        var reasons: [String] = []
        for candidate in candidates {
            do throws(ONNXFault) {
                return try ONNXLibrary(path: candidate)
            } catch {
                reasons.append(error.what)
            }
        }
        // The last two are names that the loader looked for in vain; that says less than a library that would not open.
        throw ONNXFault(ONNXLibrary.missing(reasons.first ?? ""))
    }

    /// What to tell of a library that cannot be had.
    package static func missing(_ reason: String) -> String {
        "onnxruntime, which runs ONNX models, was not found: `make onnx` or `pip install onnxruntime` installs it, "
            + "\(ONNXLibraryPlaces.named) names it where it lies elsewhere (\(reason))"
    }

    private init(path: String) throws(ONNXFault) {
        var reason: UnsafePointer<CChar>?
        guard let base = connx_open(path, &reason), let text = base.pointee.GetVersionString() else {
            throw ONNXFault(reason.map { String(cString: $0) } ?? path)
        }
        version = String(cString: text)
        guard let wanted = ONNXLibrary.interface(of: version), let table = base.pointee.GetApi(wanted) else {
            throw ONNXFault("\(path) is version \(version), 1.\(CONNX_VERSION_MIN) or newer is needed")
        }
        self.table = table
        threads = Int32(ONNXLibraryPlaces.processVariable(ONNXLibrary.threadsVariable) ?? "").map { max(1, $0) } ?? 1
        watch = ONNXRunWatch(table)
        let made = try Made(table)
        (environment, memory, allocator, runOptions) = (made.environment, made.memory, made.allocator, made.runOptions)
    }

    /// The interface to ask a library for: its own, which is the second number of its version, or the newest known here.
    package static func interface(of version: String) -> UInt32? {
        let numbers = version.split(separator: ".").map { UInt32($0) ?? 0 }
        guard numbers.count > 1, numbers[0] == 1, numbers[1] >= CONNX_VERSION_MIN else { return nil }
        return min(numbers[1], UInt32(CONNX_VERSION_MAX))
    }
}

// What the library makes.
extension ONNXLibrary {
    /// What all models share.
    private struct Made {
        let environment: OpaquePointer
        let memory: OpaquePointer
        let allocator: OpaquePointer
        let runOptions: OpaquePointer

        init(_ table: connx_table) throws(ONNXFault) {
            // What goes wrong is told by the calls: the library's own lines on standard error would say it twice.
            environment = try ONNXFault.made(table) { connx_CreateEnv(table, Int32(CONNX_LOG_FATAL), "roost", $0) }
            memory = try ONNXFault.made(table) {
                connx_CreateCpuMemoryInfo(
                    table,
                    Int32(CONNX_ARENA_ALLOCATOR),
                    Int32(CONNX_MEMORY_DEFAULT),
                    $0
                )
            }
            // One arena for all models bounds what they take together; what it has grown by goes back after each run.
            let arena = try ONNXFault.made(table) {
                connx_CreateArenaCfg(
                    table,
                    ONNXLimits.workBytesMax,
                    Int32(CONNX_EXTEND_AS_REQUESTED),
                    -1,
                    -1,
                    $0
                )
            }
            defer { connx_ReleaseArenaCfg(table, arena) }
            try ONNXFault.check(table, connx_CreateAndRegisterAllocator(table, environment, memory, arena))
            allocator = try ONNXFault.made(table) { connx_GetAllocatorWithDefaultOptions(table, $0) }
            runOptions = try ONNXLibrary.makeRunOptions(table)
        }
    }

    /// How a request is run: memory that it made the arena grow by goes back afterwards.
    private static func makeRunOptions(_ table: connx_table) throws(ONNXFault) -> OpaquePointer {
        let options = try ONNXFault.made(table) { connx_CreateRunOptions(table, $0) }
        try ONNXFault.check(
            table,
            connx_AddRunConfigEntry(table, options, "memory.enable_memory_arena_shrinkage", "cpu:0")
        )
        return options
    }

    /// Runs what may go on for ever, for so long at most.
    func runWatched(
        within limit: Duration,
        _ run: (_ options: OpaquePointer) -> OpaquePointer?
    ) throws(ONNXFault) {
        let options = try ONNXLibrary.makeRunOptions(table)
        defer { connx_ReleaseRunOptions(table, options) }
        let ticket = watch.begin(options, within: limit)
        let status = run(options)
        guard !watch.end(ticket) else {
            connx_ReleaseStatus(table, status)
            throw ONNXFault("the model gave no answer within \(limit)")
        }
        try ONNXFault.check(table, status)
    }

    /// Opens a session of the model that `make` takes from a file or from bytes.
    func makeSession(
        _ make: (_ environment: OpaquePointer, _ options: OpaquePointer, UnsafeMutablePointer<OpaquePointer?>) ->
            OpaquePointer?
    ) throws(ONNXFault) -> OpaquePointer {
        let options = try ONNXFault.made(table) { connx_CreateSessionOptions(table, $0) }
        defer { connx_ReleaseSessionOptions(table, options) }
        try ONNXFault.check(table, connx_SetIntraOpNumThreads(table, options, threads))
        try ONNXFault.check(table, connx_SetInterOpNumThreads(table, options, 1))
        // Patterns are kept for every shape that was ever asked with.
        try ONNXFault.check(table, connx_DisableMemPattern(table, options))
        for (key, value) in ONNXLibrary.sessionEntries {
            try ONNXFault.check(table, connx_AddSessionConfigEntry(table, options, key, value))
        }
        return try ONNXFault.made(table) { make(environment, options, $0) }
    }

    private static let sessionEntries = [
        ("session.use_env_allocators", "1"),
        // Weights are bounded by the size of their files, not by the arena's bound.
        ("session.use_device_allocator_for_initializers", "1"),
        // Threads that wait for work sleep.
        ("session.intra_op.allow_spinning", "0"),
    ]
}

/// What onnxruntime says went wrong.
struct ONNXFault: Error, Equatable {
    let what: String

    init(_ what: String) { self.what = what }

    /// Throws what a call returned, if it failed.
    static func check(_ table: connx_table, _ status: OpaquePointer?) throws(ONNXFault) {
        guard let status else { return }
        defer { connx_ReleaseStatus(table, status) }
        throw ONNXFault(connx_GetErrorMessage(table, status).map { String(cString: $0) } ?? "onnxruntime failed")
    }

    /// The object that a call makes.
    static func made(
        _ table: connx_table,
        _ make: (UnsafeMutablePointer<OpaquePointer?>) -> OpaquePointer?
    ) throws(ONNXFault) -> OpaquePointer {
        var object: OpaquePointer?
        try check(table, make(&object))
        guard let object else { throw ONNXFault("onnxruntime made nothing") }
        return object
    }
}
