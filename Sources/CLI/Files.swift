import Base
import CLinux

/// Reading and writing whole small files.
enum Files {
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isDirectory(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR)
    }

    /// The names in a folder, in order.
    static func names(in path: String) throws -> [String] {
        guard let names = FolderNames.read(path) else { throw Failure.system("open \(path)") }
        return names.sorted()
    }

    static func read(_ path: String) throws -> [UInt8] {
        let descriptor = clinux_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw Failure.system("read \(path)") }
        defer { close(descriptor) }
        return try readAll(descriptor, path)
    }

    /// Reads a descriptor to its end.
    static func readAll(_ descriptor: Int32, _ name: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = CLinux.read(descriptor, &chunk, chunk.count)
            if count < 0 { throw Failure.system("read \(name)") }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }

    static func readText(_ path: String) throws -> String {
        String(decoding: try read(path), as: UTF8.self)
    }

    /// Writes a file that only its owner can read.
    static func writePrivate(_ text: String, to path: String) throws { try write(text, to: path, mode: 0o600) }

    /// Writes a file; whoever reads it sees the old text or the new one, never a part.
    static func write(_ text: String, to path: String, mode: mode_t = 0o644) throws {
        try write(Array(text.utf8), to: path, mode: mode)
    }

    /// The same for bytes.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws {
        let draft = "\(path).new"
        unlink(draft)
        let descriptor = clinux_open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Failure.system("write \(draft)") }
        Output.write(bytes, to: descriptor)
        let isWritten = fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, rename(draft, path) == 0 else { throw Failure.system("write \(path)") }
    }

    /// Removes a folder with all it holds; links are removed, not followed.
    static func removeTree(_ path: String) throws {
        var info = stat()
        guard lstat(path, &info) == 0 else { return }
        if info.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR) {
            for name in try names(in: path) { try removeTree("\(path)/\(name)") }
            guard rmdir(path) == 0 else { throw Failure.system("remove \(path)") }
        } else if unlink(path) != 0 {
            throw Failure.system("remove \(path)")
        }
    }

    /// Makes a folder and those above it, readable by the owner only.
    static func makeDirectory(_ path: String) throws {
        var made = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            made += "/\(part)"
            if mkdir(made, 0o700) != 0, clinux_errno() != EEXIST { throw Failure.system("make folder \(made)") }
        }
        guard isDirectory(path) else { throw Failure("\(path) is not a folder") }
    }
}

extension Failure {
    /// A system call that failed: `read x: no such file or directory`.
    static func system(_ what: String) -> Failure {
        Failure("\(what): \(String(cString: strerror(clinux_errno())).lowercased())")
    }
}

/// The variables that the program was started with.
enum Environment {
    static subscript(name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// Those of the variables that are there.
    static subscript(names: [String]) -> [String: String] {
        names.reduce(into: [:]) { values, name in values[name] = Environment[name] }
    }

    /// What podman and docker find their images and settings by.
    static var ofContainerEngines: [String: String] {
        let names = [
            "HOME", "PATH", "TMPDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "CONTAINERS_CONF",
            "CONTAINERS_STORAGE_CONF", "DOCKER_CONFIG", "DOCKER_HOST",
        ]
        return names.reduce(into: [:]) { values, name in values[name] = Environment[name] }
    }
}
