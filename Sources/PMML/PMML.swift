package import Prediction

extension ModelFormat {
    /// Documents of the Predictive Model Markup Language, versions 3 and 4.
    package static let pmml = ModelFormat(
        name: "pmml",
        endings: [".pmml", ".xml"],
        isBegunBy: { head in head.contains("<PMML") || head.contains(":PMML") },
        load: { bytes, _ throws(ModelDefect) in try PMML.load(bytes) }
    )
}

/// From a document's bytes to a model.
package enum PMML {
    /// Kinds of models that are read, in order.
    package static var modelKinds: [String] { ModelBuilder.elements.sorted() }
    /// Kinds of models that are known and refused by name, in order.
    package static var refusedModelKinds: [String] { ModelBuilder.refused.sorted() }

    static func load(_ bytes: [UInt8]) throws(ModelDefect) -> ModelContent {
        let root = try XMLElement.root(of: XMLReader.read(bytes))
        let (program, model) = try DocumentBuilder.program(root)
        return ModelContent(
            predictor: PMMLPredictor(program),
            featureNames: program.inputs.map(\.name),
            checksNames: false,
            description: description(root, model, program)
        )
    }

    private static func description(_ root: XMLElement, _ model: XMLElement, _ program: Program) -> ModelDescription {
        let application = root.child("Header")?.child("Application")
        return ModelDescription(
            format: ModelFormat.pmml.name,
            library: application?.attribute("name") ?? "PMML",
            version: application?.attribute("version") ?? root.attribute("version"),
            estimator: outline(model)
        )
    }

    /// What a model is made of; of many segments of the same kind only how many they are.
    private static func outline(_ model: XMLElement, depth: Int = 0) -> EstimatorOutline {
        var parameters: [EstimatorOutline.Parameter] = []
        for (name, value) in model.attributes where value.utf8.count <= 64 { parameters.append(.init(name, value)) }
        var parts: [EstimatorOutline] = []
        if let segmentation = model.child("Segmentation") {
            let segments = segmentation.children("Segment")
            parameters.append(.init("multipleModelMethod", segmentation.attribute("multipleModelMethod") ?? ""))
            parameters.append(.init("segments", "\(segments.count)"))
            for segment in segments.prefix(8) where depth < PMMLLimits.nestingMax {
                guard let inner = segment.child(among: ModelBuilder.elements) else { continue }
                parts.append(outline(inner, depth: depth + 1))
            }
        }
        return EstimatorOutline(type: model.name, parameters: parameters, parts: parts)
    }
}

extension ArraySlice<UInt8> {
    fileprivate func contains(_ word: String) -> Bool {
        let word = Array(word.utf8)
        return indices.contains { self[$0...].starts(with: word) }
    }
}
