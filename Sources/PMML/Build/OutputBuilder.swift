import Prediction

/// A model's output fields.
struct OutputBuilder {
    private let model: ModelBuilder
    private let parts: ModelBuilder.Parts

    init(_ model: ModelBuilder, _ parts: ModelBuilder.Parts) {
        self.model = model
        self.parts = parts
    }

    func outputs() throws(ModelDefect) -> [OutputField] {
        var outputs: [OutputField] = []
        for field in model.element.child("Output")?.children("OutputField") ?? [] {
            outputs.append(try output(field))
        }
        return outputs
    }

    private func output(_ field: XMLElement) throws(ModelDefect) -> OutputField {
        let name = try field.required("name")
        let segment = try segment(of: field)
        let (feature, ownType) = try feature(of: field, segment)
        let type = try field.dataType()
        let data = type ?? ownType
        let fieldType = FieldType(data: data, op: try field.word("optype", default: data.opType))
        let slot = model.builder.addSlot(.given, type: fieldType)
        model.scope.declare(name, as: slot)
        return OutputField(name: name, slot: slot, type: type, feature: feature, segment: segment?.index)
    }

    /// The segment that a field is about, by its id or its target; nil where it is about the model itself.
    private func segment(of field: XMLElement) throws(ModelDefect) -> ModelProgram? {
        let mining = parts.body as? MiningModel
        if let id = field.attribute("segmentId") {
            let name = model.builder.symbols.intern(id)
            guard let segment = mining?.segments.first(where: { $0.name == name }) else {
                throw field.defect("segmentId is none: \(id.prefix(64))")
            }
            return segment.model
        }
        guard let target = field.attribute("targetField"), target != model.target.name else { return nil }
        return mining?.segments.last { $0.model.target.name == target }?.model
    }

    /// What a field tells, and of which type that is.
    private func feature(
        of field: XMLElement,
        _ segment: ModelProgram?
    ) throws(ModelDefect) -> (OutputField.Feature, DataType) {
        let target = (segment?.target ?? model.target).type.data
        let rank = try field.integer("rank") ?? 1
        guard rank >= 1 else { throw field.defect("rank is \(rank)") }
        if rank > 1, field.attribute("rankOrder") ?? "descending" != "descending" {
            throw field.unsupported("rankOrder ascending")
        }
        switch field.attribute("feature") ?? "predictedValue" {
        case "predictedValue": return (.predictedValue, target)
        case "predictedDisplayValue": return (.predictedDisplayValue, .string)
        case "probability": return (.probability(try key(of: field, target)), .double)
        case "confidence": return (.confidence(try key(of: field, target)), .double)
        case "affinity", "clusterAffinity", "entityAffinity":
            return (.affinity(try key(of: field, .string), rank: rank), .double)
        case "clusterId", "entityId": return (.entityID(rank: rank), .string)
        case "reasonCode": return (.reasonCode(rank: rank), .string)
        case "transformedValue", "decision": return try expression(of: field, segment)
        case let feature: throw field.unsupported("feature \(feature.prefix(64))")
        }
    }

    private func key(of field: XMLElement, _ type: DataType) throws(ModelDefect) -> Value? {
        guard let text = field.attribute("value") else { return nil }
        return try model.builder.required(text, as: type, at: field)
    }

    private func expression(
        of field: XMLElement,
        _ segment: ModelProgram?
    ) throws(ModelDefect) -> (OutputField.Feature, DataType) {
        if let segment {
            let name = try field.required("value")
            guard let output = segment.outputs.first(where: { $0.name == name }) else {
                throw field.defect("value names no output of the segment: \(name.prefix(64))")
            }
            return (.other(output.slot), model.builder.type(of: output.slot).data)
        }
        let expression = try model.expressions.expression(inside: field)
        return (.expression(expression), model.expressions.type(of: expression)?.data ?? .double)
    }
}
