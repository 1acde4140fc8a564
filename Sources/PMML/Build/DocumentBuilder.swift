import Prediction

/// From a document to a program: the first of its models is the one that is asked.
struct DocumentBuilder {
    /// The program of a document, and the element of its model.
    static func program(_ root: XMLElement) throws(ModelDefect) -> (program: Program, model: XMLElement) {
        guard root.name == "PMML" else { throw root.defect("is no PMML") }
        let version = root.attribute("version") ?? ""
        guard version.hasPrefix("4.") || version.hasPrefix("3.") else {
            throw root.defect("version is '\(version.prefix(64))', read are 3 and 4")
        }
        guard let element = root.child(among: ModelBuilder.elements.union(ModelBuilder.refused)) else {
            throw root.defect("has no model")
        }
        let builder = Builder(root)
        let transformations = root.child("TransformationDictionary")
        let model = try model(element, builder, in: nil, global: try transformations?.derivedFields() ?? [:], for: nil)
        let program = Program(
            symbols: builder.symbols,
            inputs: builder.inputs,
            slots: builder.slots,
            models: builder.models,
            columns: try columns(of: model, builder),
            scoreCount: builder.scoreCount
        )
        return (program, element)
    }

    /// A model, and those inside it.
    ///
    /// - Parameters:
    ///   - scope: what the model around it can see; nil at the top.
    ///   - outer: the model around it.
    static func model(
        _ element: XMLElement,
        _ builder: Builder,
        in parent: Scope?,
        global: [String: XMLElement] = [:],
        for outer: ModelBuilder?
    ) throws(ModelDefect) -> ModelProgram {
        guard ModelBuilder.elements.contains(element.name) else { throw element.unsupported(element.name) }
        if let isScorable = try element.flag("isScorable"), !isScorable { throw element.defect("is not scorable") }
        let function: ModelBuilder.Function = try element.word("functionName")
        let local = try element.child("LocalTransformations")?.derivedFields() ?? [:]
        let scope = Scope(builder, in: parent, local: local, global: global)
        let schema = SchemaBuilder(builder, scope, parent)
        try schema.declare(try element.requiredChild("MiningSchema"))
        let target = try TargetBuilder(builder, element, function, outer?.target).rule()
        let model = ModelBuilder(builder, element, scope, function, target)
        let parts = try model.parts()
        let outputs = try OutputBuilder(model, parts).outputs()
        let program = ModelProgram(
            index: builder.models.count,
            name: element.name,
            body: parts.body,
            target: target,
            keys: parts.keys,
            firstScore: builder.addScores(parts.keys.count),
            entities: parts.entities,
            outputs: outputs
        )
        try builder.count(numbers: parts.keys.count, at: element)
        builder.models.append(program)
        return program
    }

    /// What an answer holds: the target, what models of a chain put out, what the model itself puts out.
    private static func columns(of model: ModelProgram, _ builder: Builder) throws(ModelDefect) -> [Program.Column] {
        var columns: [Program.Column] = []
        collect(model, builder, &columns)
        // A model that names neither a target nor outputs still has an answer.
        if columns.isEmpty, let slot = model.target.slot { add("predictedValue", slot, builder, &columns) }
        return columns
    }

    private static func collect(_ model: ModelProgram, _ builder: Builder, _ columns: inout [Program.Column]) {
        if let name = model.target.name, let slot = model.target.slot { add(name, slot, builder, &columns) }
        if let mining = model.body as? MiningModel, mining.method.isSelection {
            for segment in mining.answering { collect(segment.model, builder, &columns) }
        }
        for output in model.outputs { add(output.name, output.slot, builder, &columns) }
    }

    private static func add(_ name: String, _ slot: Int32, _ builder: Builder, _ columns: inout [Program.Column]) {
        if let index = columns.firstIndex(where: { $0.name == name }) {
            columns[index].slots.append(slot)
        } else {
            columns.append(Program.Column(name: name, type: builder.type(of: slot).data, slots: [slot]))
        }
    }
}

extension MiningModel {
    /// Segments whose answer can be that of the whole.
    fileprivate var answering: ArraySlice<Segment> {
        func isCertain(_ segment: Segment) -> Bool { if case .always = segment.predicate { true } else { false } }
        switch method {
        case .selectFirst: return segments[...(segments.firstIndex(where: isCertain) ?? segments.count - 1)]
        case .modelChain: return segments[(segments.lastIndex(where: isCertain) ?? 0)...]
        default: return segments[...]
        }
    }
}

extension XMLElement {
    /// The derived fields inside, by name.
    fileprivate func derivedFields() throws(ModelDefect) -> [String: XMLElement] {
        var fields: [String: XMLElement] = [:]
        for field in children("DerivedField") {
            let name = try field.required("name")
            guard fields.updateValue(field, forKey: name) == nil else {
                throw field.defect("name is another one's too: \(name.prefix(64))")
            }
        }
        return fields
    }
}
