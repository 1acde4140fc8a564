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
        let names = try ModelFile.names(in: folder).filter { !$0.hasPrefix(".") }
        let folders = names.filter { isFolder("\(folder)/\($0)") }
        let hasFiles = folders.count < names.count
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
