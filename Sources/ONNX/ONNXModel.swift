import CLinux
import CONNXRuntime
package import Prediction

/// Makes models out of ONNX files.
package enum ONNXModel {
    /// Loads a model from the content of its file.
    ///
    /// - Parameters:
    ///   - path: where the file lies; nil where it lies nowhere, so that nothing can lie beside it.
    ///   - runTimeMax: how long a request may be worked on, where the model is not one that answers at once.
    package static func load(
        _ bytes: [UInt8],
        path: String?,
        _ options: Model.Options,
        runTimeMax: Duration = ONNXLimits.runTimeMax
    ) throws(ModelDefect) -> TensorModel {
        let file = try ONNXFileReader.read(bytes)
        let externalBytes = try ONNXExternalFiles.check(file.externalFiles, besides: path)
        let place = path.map(ModelDefect.Place.file) ?? .member("")
        do throws(ONNXFault) {
            let library = try ONNXLibrary.shared()
            let session = try library.makeSession { environment, options, made in
                if let path { return connx_CreateSession(library.table, environment, path, options, made) }
                return connx_CreateSessionFromArray(library.table, environment, bytes, bytes.count, options, made)
            }
            let isQuick = !file.mayTakeLong && bytes.count + externalBytes <= ONNXLimits.quickBytesMax
            return TensorModel(
                predictor: ONNXPredictor(
                    file,
                    library: library,
                    session: session,
                    threads: isQuick ? 0 : 1,
                    runTimeMax: runTimeMax
                ),
                description: file.description,
                options: options
            )
        } catch {
            throw ModelDefect(at: place, what: error.what)
        }
    }
}

/// Files beside a model that hold its weights.
enum ONNXExternalFiles {
    /// Bytes of all of them; throws where one lies outside of the model's folder, or is not there.
    static func check(_ names: Set<String>, besides path: String?) throws(ModelDefect) -> Int {
        guard !names.isEmpty else { return 0 }
        guard let path else {
            throw ModelDefect(at: .member(""), what: "has weights in files of their own, which are not at hand")
        }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        guard let root = resolved(folder) else { throw ModelDefect(at: .file(folder), what: "cannot be read") }
        var bytes = 0
        for name in names.sorted() {
            bytes += try size(of: name, in: folder, root: root, named: path)
            guard bytes <= ONNXLimits.externalBytesMax else {
                throw ModelDefect(
                    at: .file(path),
                    what: "has weights of more than \(ONNXLimits.externalBytesMax) bytes beside it"
                )
            }
        }
        return bytes
    }

    /// Links are followed: what counts is where a file really lies.
    private static func size(
        of name: String,
        in folder: String,
        root: String,
        named path: String
    ) throws(ModelDefect) -> Int {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !name.isEmpty, !name.hasPrefix("/"), !parts.contains(".."), !name.utf8.contains(0) else {
            throw ModelDefect(at: .file(path), what: "names weights in '\(name)', which lies outside of its folder")
        }
        guard let real = resolved("\(folder)/\(name)") else {
            throw ModelDefect(at: .file(path), what: "names weights in '\(name)', which is not there")
        }
        guard real.hasPrefix(root == "/" ? root : "\(root)/") else {
            throw ModelDefect(at: .file(path), what: "names weights in '\(name)', which lies outside of its folder")
        }
        var info = stat()
        guard stat(real, &info) == 0, info.st_mode & mode_t(S_IFMT) == mode_t(S_IFREG) else {
            throw ModelDefect(at: .file(path), what: "names weights in '\(name)', which is no file")
        }
        return Int(info.st_size)
    }

    private static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
