import Base
import CLinux

/// Where onnxruntime's library may lie: what somebody named, what `make onnx` put, what Python's package brings, what
/// the system has.
package struct ONNXLibraryPlaces {
    /// Reads a variable of the environment; an empty one is none.
    package let variable: (String) -> String?
    /// Names in a folder; none where it cannot be read.
    package let names: (String) -> [String]

    package init(variable: @escaping (String) -> String?, names: @escaping (String) -> [String]) {
        self.variable = variable
        self.names = names
    }

    /// The variable that names the library, or its folder; then nothing else is tried.
    package static let named = "ROOST_ONNXRUNTIME"
    private static let stem = "libonnxruntime.so"

    /// The file to open in this process's own surroundings; nil where only the system's loader may know one.
    package static var found: String? {
        let first = here.candidates.first
        return first?.contains("/") ?? false ? first : nil
    }

    /// The surroundings of this process.
    static var here: ONNXLibraryPlaces {
        ONNXLibraryPlaces(variable: processVariable, names: { FolderNames.read($0) ?? [] })
    }

    /// A variable of this process's environment; an empty one is none.
    static func processVariable(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    /// What to open, the most wanted first: paths, then names that the system's loader knows where to look for.
    package var candidates: [String] {
        if let named = variable(ONNXLibraryPlaces.named) {
            let inside = libraries(in: named)
            return inside.isEmpty ? [named] : inside
        }
        var folders: [String] = []
        if let data = variable("XDG_DATA_HOME") ?? variable("HOME").map({ "\($0)/.local/share" }) {
            folders.append("\(data)/roost/onnxruntime")
        }
        for prefix in pythonPrefixes { folders += packages(below: prefix) }
        var found: [String] = []
        for library in folders.flatMap(libraries(in:)) where !found.contains(library) { found.append(library) }
        return found + ["\(ONNXLibraryPlaces.stem).1", ONNXLibraryPlaces.stem]
    }

    /// Folders below which a Python keeps its packages: of environments that are switched on, of programs on the path, of
    /// the user, of the system.
    private var pythonPrefixes: [String] {
        var prefixes = [variable("VIRTUAL_ENV"), variable("CONDA_PREFIX")].compactMap { $0 }
        for folder in (variable("PATH") ?? "").split(separator: ":") where folder.hasSuffix("/bin") {
            prefixes.append(String(folder.dropLast(4)))
        }
        if let home = variable("HOME") { prefixes.append("\(home)/.local") }
        return prefixes + ["/usr/local", "/usr"]
    }

    private func packages(below prefix: String) -> [String] {
        names("\(prefix)/lib").filter { $0.hasPrefix("python3") }.sorted()
            .flatMap { python in
                ["site-packages", "dist-packages"].map { "\(prefix)/lib/\(python)/\($0)/onnxruntime/capi" }
            }
    }

    /// The libraries in a folder, the newest first.
    private func libraries(in folder: String) -> [String] {
        names(folder).filter { $0.hasPrefix(ONNXLibraryPlaces.stem) }
            .sorted { ONNXLibraryPlaces.version($1).lexicographicallyPrecedes(ONNXLibraryPlaces.version($0)) }
            .map { "\(folder)/\($0)" }
    }

    private static func version(_ name: String) -> [Int] {
        name.dropFirst(stem.count).split(separator: ".").map { Int($0) ?? 0 }
    }
}
