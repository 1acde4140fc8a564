import Base
import CLinux

/// The machine's own file system, for planning and for volumes.
struct MachineFolders: FolderReader {
    func kind(of path: String) -> FileKind? {
        var info = stat()
        guard lstat(path, &info) == 0 else { return nil }
        return MachineFolders.kind(info.st_mode)
    }

    /// The kind of what is at the end of all links.
    func resolvedKind(of path: String) -> FileKind? {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        return MachineFolders.kind(info.st_mode)
    }

    private static func kind(_ mode: mode_t) -> FileKind {
        switch mode & mode_t(S_IFMT) {
        case mode_t(S_IFDIR): .folder
        case mode_t(S_IFREG): .file
        case mode_t(S_IFLNK): .link
        default: .other
        }
    }

    func entries(of path: String) -> [String]? { FolderNames.read(path) }

    func linkText(_ path: String) -> String? {
        let bytes = [CChar](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
            count = buffer.baseAddress.map { max(0, readlink(path, $0, buffer.count)) } ?? 0
        }
        return bytes.isEmpty ? nil : String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Makes a folder and those above it; there already is fine.
    func make(_ path: String) throws(LaunchFault) {
        if mkdir(path, 0o755) == 0 || clinux_errno() == EEXIST { return }
        guard clinux_errno() == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw fault("mkdir", path)
        }
        try make(String(path[..<slash]))
        if mkdir(path, 0o755) != 0, clinux_errno() != EEXIST { throw fault("mkdir", path) }
    }

    /// Removes a file, or a folder with all it holds; links are removed, not followed.
    func remove(_ path: String) {
        if kind(of: path) == .folder {
            for name in entries(of: path) ?? [] { remove("\(path)/\(name)") }
            rmdir(path)
        } else {
            unlink(path)
        }
    }

    /// Writes a file as a whole: readers see the old content or the new one.
    func write(_ bytes: [UInt8], to path: String, mode: UInt32) throws(LaunchFault) {
        let temporary = path + ".new"
        let file = clinux_open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode_t(mode & 0o777))
        guard file >= 0 else { throw fault("open", temporary) }
        var at = 0
        while at < bytes.count {
            let written = bytes[at...].withUnsafeBytes { CLinux.write(file, $0.baseAddress, $0.count) }
            guard written > 0 else {
                let fault = fault("write", temporary)
                close(file)
                throw fault
            }
            at += written
        }
        // The mode of open passes through the umask.
        fchmod(file, mode_t(mode & 0o777))
        close(file)
        guard rename(temporary, path) == 0 else { throw fault("rename", path) }
    }

    /// A file's content up to `max` bytes, nil where it cannot be read.
    func read(_ path: String, max: Int) -> [UInt8]? {
        let file = clinux_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        while bytes.count < max {
            let room = min(64 * 1024, max - bytes.count)
            let part = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                count = Swift.max(0, CLinux.read(file, buffer.baseAddress, room))
            }
            if part.isEmpty { break }
            bytes += part
        }
        return bytes
    }

    /// The text of a file of /proc, without the newline at its end; empty where it cannot be read.
    func text(_ path: String) -> String {
        var bytes = read(path, max: 256 * 1024) ?? []
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func fault(_ call: String, _ path: String) -> LaunchFault {
        LaunchFault("\(call) \(path): \(String(cString: strerror(clinux_errno())).lowercased())")
    }
}
