import Base
import CLinux

/// The file that events become lines of; when it has grown it is set aside, and the oldest one goes.
///
/// `payloads-0.jsonl` grows, `payloads-0.1.jsonl` is the one before it, and so on. Replicas that write into one folder
/// take a number each, and hold it by a lock that ends with their process: the next replica goes on with its files.
final class PayloadFile: LineSink, @unchecked Sendable {
    // Safe: only the writer's thread calls `write`.
    private let folder: PayloadFolder
    private let metrics: PayloadMetrics
    private var lock: Int32 = -1
    private var file: Int32 = -1
    private var number = 0
    private var size = 0
    /// Whether the file's last line was not written whole.
    private var isBroken = false

    /// Replicas that write into one folder.
    private static let replicasMax = 256

    init(_ folder: PayloadFolder, _ metrics: PayloadMetrics) {
        self.folder = folder
        self.metrics = metrics
    }

    deinit { closeAll() }

    /// Called with one event's line.
    func write(_ line: UnsafeRawBufferPointer) -> Int {
        guard prepare(for: line.count), append(line) else {
            metrics.failed.add()
            closeFile()
            return 1
        }
        metrics.delivered.add()
        return 0
    }

    /// Has a file open that takes so many bytes more; whether there is one.
    private func prepare(for count: Int) -> Bool {
        if lock < 0, !takeNumber() { return false }
        if file < 0 { open() }
        if size > 0, size + count > folder.fileBytesMax {
            closeFile()
            setAside()
            open()
        }
        return file >= 0
    }

    private func append(_ line: UnsafeRawBufferPointer) -> Bool {
        if isBroken {
            guard CLinux.write(file, "\n", 1) == 1 else { return false }
            (isBroken, size) = (false, size + 1)
        }
        var rest = line
        while rest.count > 0 {
            let written = CLinux.write(file, rest.baseAddress, rest.count)
            if written < 0, clinux_errno() == EINTR { continue }
            guard written > 0 else {
                isBroken = rest.count < line.count
                return false
            }
            size += written
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
        return true
    }

    private func takeNumber() -> Bool {
        makeFolder()
        for number in 0..<Self.replicasMax {
            let path = "\(folder.path)/.payloads-\(number).lock"
            let lock = clinux_open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
            guard lock >= 0 else { return false }
            if flock(lock, LOCK_EX | LOCK_NB) == 0 {
                (self.lock, self.number) = (lock, number)
                return true
            }
            close(lock)
        }
        return false
    }

    private func makeFolder() {
        var made = ""
        for name in folder.path.split(separator: "/") {
            made += "/\(name)"
            mkdir(made, 0o755)  // what is there already is fine; what cannot be made shows when the file is opened
        }
    }

    private func open() {
        file = clinux_open(path(0), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        size = max(0, Int(lseek(file, 0, SEEK_END)))
    }

    private func setAside() {
        unlink(path(folder.filesMax - 1))
        for age in (0..<max(0, folder.filesMax - 1)).reversed() { rename(path(age), path(age + 1)) }
    }

    private func path(_ age: Int) -> String {
        "\(folder.path)/payloads-\(number)\(age == 0 ? "" : ".\(age)").jsonl"
    }

    private func closeFile() {
        if file >= 0 { close(file) }
        file = -1
    }

    private func closeAll() {
        closeFile()
        if lock >= 0 { close(lock) }
    }
}
