package import Prediction

/// A model of either kind, ready to serve.
package enum LoadedModel: Sendable {
    /// It takes rows.
    case rows(Model)
    /// It takes named tensors.
    case tensors(TensorModel)

    /// What the file says of itself.
    package var description: ModelDescription {
        switch self {
        case .rows(let model): model.description
        case .tensors(let model): model.description
        }
    }

    /// Loads the one model file at the top level of a folder.
    package static func load(
        folder: String,
        options: Model.Options = Model.Options()
    ) throws(ModelDefect) -> LoadedModel {
        try load(file: ModelFile.find(in: folder), options: options)
    }

    /// Loads a model file; its ending and its content tell the format.
    package static func load(
        file: String,
        options: Model.Options = Model.Options()
    ) throws(ModelDefect) -> LoadedModel {
        let bytes = try ModelFile.content(file)
        var options = options
        options.fileBytes = try ModelFile.size(file)
        return try load(bytes, as: ModelFormat.of(file: file, content: bytes), path: file, options: options)
    }

    /// Loads a model from the unpacked content of its file.
    ///
    /// - Parameter path: where the file lies; nil where the content lies in none.
    package static func load(
        _ bytes: [UInt8],
        as format: ModelFormat,
        path: String? = nil,
        options: Model.Options = Model.Options()
    ) throws(ModelDefect) -> LoadedModel {
        switch format.loader {
        case .rows(let load): .rows(Model(try load(bytes, options)))
        case .tensors(let load): .tensors(try load(bytes, path, options))
        }
    }
}
