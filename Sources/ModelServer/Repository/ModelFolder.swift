import CLinux
import Models

/// How models lie in a folder: one model file at the top level, or a sub-folder for each model.
enum ModelFolder: Equatable {
    /// The folder itself is a model.
    case model
    /// These sub-folders are models, in the order of their names.
    case models([String])

    /// Looks into a folder. A folder with neither files nor sub-folders holds no models yet.
    static func look(into folder: String) throws(ModelDefect) -> ModelFolder {
        guard let listing = opendir(folder) else {
            throw ModelDefect(at: .file(folder), what: "model folder cannot be read")
        }
        defer { closedir(listing) }
        var folders: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix(".") else { continue }
            guard isFolder("\(folder)/\(name)") else { return .model }
            folders.append(name)
        }
        return .models(folders.sorted())
    }

    /// Whether a name stays inside the folder when it becomes part of a path.
    static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix(".") && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
    }

    static func isFolder(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR)
    }
}
