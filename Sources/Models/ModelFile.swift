import Base
import CLinux
import Pickle
package import Prediction

/// Finds and reads model files; knows folders and compression, not what is inside.
package enum ModelFile {
    /// The one model file at the top level of `folder`, told by the end of its name and, where that fits several files,
    /// by what is in them; or the one that MLflow's manifest names.
    package static func find(in folder: String) throws(ModelDefect) -> String {
        if let saved = MLflowFolder.find(in: folder) { return try MLflowFolder.nativeFile(in: saved) }
        let place = ModelDefect.Place.file(folder)
        let endings = ModelFormat.all.flatMap(\.endings)
        let named = try names(in: folder).filter { name in endings.contains(where: name.hasSuffix) }
        var found: [String] = []
        for name in named where isFile("\(folder)/\(name)") { found.append(name) }
        if found.count > 1 {
            found = found.filter { ModelFormat.isModel(file: $0, head: head("\(folder)/\($0)")) }
        }
        guard let name = found.first else {
            let known = endings.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            throw ModelDefect(at: place, what: "no model file: none of \(known.joined(separator: " ")) is here")
        }
        guard found.count == 1 else {
            throw ModelDefect(
                at: place,
                what: "More than one model file is detected",
                why: "only one is allowed, but there are \(found.sorted().joined(separator: ", "))"
            )
        }
        return "\(folder)/\(name)"
    }

    /// Whether a file at the top level of `folder` would be taken for a model, be it a good one or not.
    package static func hasModel(in folder: String) throws(ModelDefect) -> Bool {
        if MLflowFolder.find(in: folder) != nil { return true }
        let endings = ModelFormat.all.flatMap(\.endings)
        return try names(in: folder).contains { name in
            endings.contains(where: name.hasSuffix) && isFile("\(folder)/\(name)")
        }
    }

    /// The names in a model's folder.
    package static func names(in folder: String) throws(ModelDefect) -> [String] {
        guard let names = FolderNames.read(folder) else {
            throw ModelDefect(at: .file(folder), what: "model folder cannot be read")
        }
        return names
    }

    /// The first bytes of a file; none where it cannot be read, which reading it whole will tell.
    private static func head(_ path: String) -> ArraySlice<UInt8> {
        let file = clinux_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: ModelFormat.headBytes)
        // Apart from `prefix`, which would take the bytes as they were before.
        let count = CLinux.read(file, &bytes, bytes.count)
        return bytes.prefix(max(0, count))
    }

    /// The bytes of a model's file, unpacked where it is compressed and its format may be.
    package static func content(_ path: String) throws(ModelDefect) -> [UInt8] {
        try ModelFormat.mayBePacked(file: path) ? read(path) : readRaw(path)
    }

    /// The bytes of a file, unpacked where it is compressed.
    package static func read(_ path: String) throws(ModelDefect) -> [UInt8] { try Inflate.plain(readRaw(path)) }

    /// Bytes of a file as it lies there.
    package static func size(_ path: String) throws(ModelDefect) -> Int {
        var info = stat()
        guard stat(path, &info) == 0 else {
            let reason = String(cString: strerror(clinux_errno()))
            throw ModelDefect(at: .file(path), what: "cannot be read", why: reason)
        }
        return Int(info.st_size)
    }

    /// Whether there is a folder at the path.
    package static func isFolder(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR)
    }

    static func isFile(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & mode_t(S_IFMT) == mode_t(S_IFREG)
    }

    static func readRaw(_ path: String) throws(ModelDefect) -> [UInt8] {
        // Does not wait for whoever should write into a pipe.
        let file = clinux_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0)
        var info = stat()
        guard file >= 0, fstat(file, &info) == 0 else {
            let reason = String(cString: strerror(clinux_errno()))
            throw ModelDefect(at: .file(path), what: "cannot be read", why: reason)
        }
        defer { close(file) }
        guard info.st_mode & mode_t(S_IFMT) == mode_t(S_IFREG) else {
            throw ModelDefect(at: .file(path), what: "is no regular file")
        }
        let size = Int(info.st_size)
        guard size <= ModelLimits.fileBytesMax else {
            throw ModelDefect(at: .file(path), what: "\(size) bytes are more than \(ModelLimits.fileBytesMax)")
        }
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                // Safe: count < size, and the buffer holds size bytes.
                let got = CLinux.read(file, buffer.baseAddress! + count, size - count)
                if got <= 0 { break }
                count += got
            }
        }
        guard bytes.count == size else { throw ModelDefect(at: .file(path), what: "ends before its \(size) bytes") }
        return bytes
    }
}
