import Base

/// Folders of the machine that hold what lies below a URI's prefix elsewhere: `gs://bucket` → `/srv/bucket`.
///
/// A model that is mirrored is mounted as it lies there; nothing is fetched and nothing unpacked.
package struct StorageMirrors: Equatable, Sendable {
    /// Prefixes without a slash at their end.
    private let folders: [String: String]

    package init(_ folders: [String: String] = [:]) {
        self.folders = .init(
            folders.map { ($0.key.withoutSlashes, $0.value.withoutSlashes) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Where the model of a URI lies, by the longest prefix that fits; nil where it must be fetched.
    package func path(of uri: String) -> String? {
        let uri = uri.withoutSlashes
        let fitting = folders.filter { uri == $0.key || uri.hasPrefix($0.key + "/") }
        guard let (prefix, folder) = fitting.max(by: { $0.key.utf8.count < $1.key.utf8.count }) else { return nil }
        let rest = uri.dropFirst(prefix.count)
        // A mirror is what lies below its folder.
        guard !rest.split(separator: "/").contains("..") else { return nil }
        return folder + rest
    }
}

extension String {
    /// The text without slashes at its end.
    fileprivate var withoutSlashes: String {
        var text = Substring(self)
        while text.last == "/" { text.removeLast() }
        return String(text)
    }
}
