import CLinux

/// Makes an empty folder, hands its path to `body`, and removes it with all it holds.
package func withScratchDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    var template = Array("/tmp/roost-test-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw ScratchFailure(errno: clinux_errno()) }
    let path = String(cString: made)
    defer { removeTree(path) }
    return try await body(path)
}

/// A scratch folder could not be made.
package struct ScratchFailure: Error {
    package let errno: Int32
}

/// Removes a file, or a folder with all it holds; links are removed, not followed.
private func removeTree(_ path: String) {
    if let folder = opendir(path), !isLink(path) {
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { removeTree("\(path)/\(name)") }
        }
        closedir(folder)
        rmdir(path)
    } else {
        unlink(path)
    }
}

private func isLink(_ path: String) -> Bool {
    var info = stat()
    return lstat(path, &info) == 0 && info.st_mode & mode_t(S_IFMT) == mode_t(S_IFLNK)
}
