import CLinux

/// Finds programs as a shell does.
package enum ProgramPath {
    /// The folders that are looked into where nobody names any.
    package static let standard = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// The path of a program: what holds a slash is one already.
    package static func find(_ name: String, in path: String) -> String? {
        if name.contains("/") { return name }
        guard !name.isEmpty else { return nil }
        return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}
