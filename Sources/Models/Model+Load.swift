package import Prediction

// Loading.
extension Model {
    /// Loads the one model file at the top level of a folder.
    package static func load(folder: String, options: Options = Options()) throws(ModelDefect) -> Model {
        try load(file: ModelFile.find(in: folder), options: options)
    }

    /// Loads a model file; its ending and its content tell the format.
    package static func load(file: String, options: Options = Options()) throws(ModelDefect) -> Model {
        let bytes = try ModelFile.content(file)
        var options = options
        options.fileBytes = try ModelFile.size(file)
        return try load(bytes, as: ModelFormat.of(file: file, content: bytes), options: options)
    }

    /// Loads a model from the unpacked content of its file.
    package static func load(
        _ bytes: [UInt8],
        as format: ModelFormat,
        options: Options = Options()
    ) throws(ModelDefect) -> Model {
        guard case .rows(let load) = format.loader else {
            throw ModelDefect(at: .member(""), what: "is \(format.name), which takes tensors and no rows")
        }
        return try Model(load(bytes, options))
    }
}
