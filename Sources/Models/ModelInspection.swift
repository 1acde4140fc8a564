package import Base
package import Prediction

/// What can be told of a model file without serving it; nothing in the file runs.
package struct ModelInspection: Sendable {
    /// Path of the file.
    package let file: String
    /// Size of the file, as it lies there.
    package let fileBytes: Int
    /// What is known of the content; nil where it cannot be read at all.
    package let description: ModelDescription?
    /// What answers; nil where the model is not served.
    package let model: LoadedModel?
    /// Whether it also answers with probabilities.
    package let hasProbabilities: Bool
    /// Why it is not served natively.
    package let defect: ModelDefect?

    /// Looks at a model file, or at the one in a folder. Throws where there is no file to look at.
    package static func of(_ path: String) throws(ModelDefect) -> ModelInspection {
        let file = ModelFile.isFolder(path) ? try ModelFile.find(in: path) : path
        let fileBytes = try ModelFile.size(file)
        do throws(ModelDefect) {
            let bytes = try ModelFile.content(file)
            return look(
                at: bytes,
                as: try ModelFormat.of(file: file, content: bytes),
                path: file,
                fileBytes: fileBytes
            )
        } catch {
            return ModelInspection(file: file, fileBytes: fileBytes, defect: error)
        }
    }

    /// Looks at the unpacked content of a file.
    package static func look(
        at bytes: [UInt8],
        as format: ModelFormat,
        path: String? = nil,
        fileBytes: Int = 0
    ) -> ModelInspection {
        let file = path ?? ""
        let options = Model.Options(fileBytes: fileBytes > 0 ? fileBytes : nil)
        do throws(ModelDefect) {
            // One after the other: two models at once would take twice the memory.
            let likely = try likelyOutput(bytes, format, options)
            let model = try LoadedModel.load(bytes, as: format, path: path, options: options)
            return ModelInspection(
                file: file,
                fileBytes: fileBytes,
                description: model.description,
                model: model,
                hasProbabilities: hasProbabilities(model, likely)
            )
        } catch {
            // What cannot even be looked at is told by why it cannot be served.
            let description = try? format.outline?(bytes, options)
            return ModelInspection(file: file, fileBytes: fileBytes, description: description, defect: error)
        }
    }

    /// What a model of rows answers with where it is asked for probabilities; nil for models of tensors.
    private static func likelyOutput(
        _ bytes: [UInt8],
        _ format: ModelFormat,
        _ options: Model.Options
    ) throws(ModelDefect) -> Output? {
        guard case .rows = format.loader else { return nil }
        var options = options
        options.wantsProbabilities = true
        return try Model.load(bytes, as: format, options: options).predictor.output
    }

    private static func hasProbabilities(_ model: LoadedModel, _ likely: Output?) -> Bool {
        switch model {
        case .tensors(let model): model.hasProbabilities
        case .rows(let model): likely != model.predictor.output
        }
    }

    private init(
        file: String,
        fileBytes: Int,
        description: ModelDescription? = nil,
        model: LoadedModel? = nil,
        hasProbabilities: Bool = false,
        defect: ModelDefect? = nil
    ) {
        self.file = file
        self.fileBytes = fileBytes
        self.description = description
        self.model = model
        self.hasProbabilities = hasProbabilities
        self.defect = defect
    }
}

extension ModelInspection {
    /// All of it as one object.
    package var json: JSON {
        var json: JSON = [
            "file": .string(file), "fileBytes": .int(Int64(fileBytes)), "native": .bool(model != nil),
        ]
        if let description {
            json["format"] = .string(description.format)
            json["library"] = .string(description.library)
            json["version"] = description.version.map { .string($0) } ?? .null
            json["estimator"] = description.estimator.json
        }
        json["reason"] = defect.map { .string($0.description) } ?? .null
        switch model {
        case .rows(let model):
            json["inputs"] = .array(model.predictor.input.json(names: model.featureNames))
            json["output"] = model.predictor.output.json
        case .tensors(let model):
            json["inputs"] = .array(model.predictor.inputs.map { $0.kind.json(name: $0.name) })
            json["outputs"] = .array(model.predictor.outputs.map { $0.kind.json(name: $0.name) })
        case nil: return json
        }
        json["probabilities"] = .bool(hasProbabilities)
        return json
    }
}

extension TensorKind {
    /// What stands at an input or output of that name.
    fileprivate func json(name: String) -> JSON {
        var json: JSON = ["name": .string(name), "type": .string(elementType.word)]
        switch self {
        case .tensor(_, let shape): json["shape"] = shape.map { .array($0.map { JSON($0) }) } ?? .null
        case .sequence(_, let shape): json["sequenceOf"] = shape.map { .array($0.map { JSON($0) }) } ?? .null
        case .map(let keys, _): json["mapFrom"] = .string(keys.word)
        case .maps(let keys, _): json["sequenceOfMapsFrom"] = .string(keys.word)
        }
        return json
    }
}

extension EstimatorOutline {
    /// The part and those that it is made of.
    fileprivate var json: JSON {
        var json: JSON = ["type": .string(type)]
        if !name.isEmpty { json["name"] = .string(name) }
        if !parameters.isEmpty {
            json["parameters"] = .object(
                Dictionary(parameters.map { ($0.name, .string($0.value)) }, uniquingKeysWith: { first, _ in first })
            )
        }
        if !parts.isEmpty { json["parts"] = .array(parts.map(\.json)) }
        return json
    }
}

extension Input {
    /// What a request holds, one object for each input.
    fileprivate func json(names: [String]) -> [JSON] {
        switch self {
        case .numbers(let columns):
            var input: JSON = ["type": "float64", "columns": .int(Int64(columns))]
            if !names.isEmpty { input["names"] = .array(names.map { .string($0) }) }
            return [input]
        case .texts: return [["type": "text"]]
        case .table(let columns):
            return columns.map { ["name": .string($0.name), "type": $0.type == .bytes ? "text" : "float64"] }
        }
    }
}

extension Output {
    /// What an answer holds.
    fileprivate var json: JSON {
        switch self {
        case .labels(let labels): ["type": .string(labels.elementType.word), "classes": .array(labels.json)]
        case .labelRows(let labels, let columns):
            [
                "type": .string(labels.elementType.word), "columns": .int(Int64(columns)),
                "classes": .array(labels.json),
            ]
        case .numbers(nil, let type): ["type": .string(type.word)]
        case .numbers(let columns?, let type): ["type": .string(type.word), "columns": .int(Int64(columns))]
        case .frame(let columns):
            ["columns": .array(columns.map { ["name": .string($0.name), "type": .string($0.type.word)] })]
        }
    }
}

extension ElementType {
    /// The type as numpy names it.
    fileprivate var word: String { self == .bytes ? "text" : "\(self)" }
}

extension Labels {
    /// The names of the classes.
    fileprivate var json: [JSON] {
        switch self {
        case .integers(let values, _): values.map { .int($0) }
        case .numbers(let values): values.map { .double($0) }
        case .flags(let values): values.map { .bool($0) }
        case .texts(let values): values.map { .string($0) }
        }
    }
}
