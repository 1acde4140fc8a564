import CLinux
import Models
import Prediction

/// How models lie in a folder: one model file at the top level, or a sub-folder for each model.
enum ModelFolder: Equatable {
    /// The folder itself is a model.
    case model
    /// These sub-folders are models, in the order of their names.
    case models([String])

    /// Looks into a folder. One that is empty holds no models yet; one with files and nothing else should be a model.
    static func look(into folder: String) throws(ModelDefect) -> ModelFolder {
        if try ModelFile.hasModel(in: folder) { return .model }
        guard let listing = opendir(folder) else {
            throw ModelDefect(at: .file(folder), what: "model folder cannot be read")
        }
        defer { closedir(listing) }
        var folders: [String] = []
        var hasFiles = false
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix(".") else { continue }
            if isFolder("\(folder)/\(name)") { folders.append(name) } else { hasFiles = true }
        }
        return folders.isEmpty && hasFiles ? .model : .models(folders.sorted())
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
