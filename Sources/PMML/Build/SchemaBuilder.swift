import Prediction

/// Fields that a model's mining schema lets it see, each with what becomes of its values.
struct SchemaBuilder {
    private let builder: Builder
    private let scope: Scope
    /// The scope around; nil at the top, whose fields rows bring.
    private let parent: Scope?

    init(_ builder: Builder, _ scope: Scope, _ parent: Scope?) {
        self.builder = builder
        self.scope = scope
        self.parent = parent
    }

    private static let targets: Set<String> = ["target", "predicted"]
    private static let seen: Set<String> = [
        "active", "supplementary", "group", "order", "frequencyWeight", "analysisWeight",
    ]

    func declare(_ schema: XMLElement) throws(ModelDefect) {
        for field in schema.children("MiningField") {
            let usage = field.attribute("usageType") ?? "active"
            if SchemaBuilder.targets.contains(usage) { continue }
            guard SchemaBuilder.seen.contains(usage) else {
                throw field.defect("usageType is unknown: \(usage.prefix(64))")
            }
            let name = try field.required("name")
            guard let parent else {
                // Only active fields are asked of rows.
                if usage == "active" { try declareInput(name, field) }
                continue
            }
            try declare(name, field, from: parent)
        }
    }

    private func declareInput(_ name: String, _ field: XMLElement) throws(ModelDefect) {
        guard let data = builder.dataFields[name] else {
            throw field.defect("names the field '\(name.prefix(64))', which DataDictionary does not have")
        }
        guard !builder.inputs.contains(where: { $0.name == name }) else { throw field.defect("is there twice") }
        var type = try data.fieldType()
        type.op = try field.word("optype", default: type.op)
        let rule = try rule(name, field, data, &type)
        builder.inputs.append(Program.Input(name: name, type: type, rule: rule))
        scope.declare(name, as: builder.addSlot(.input(builder.inputs.count - 1), type: type))
    }

    private func declare(_ name: String, _ field: XMLElement, from parent: Scope) throws(ModelDefect) {
        let slot = try parent.slot(name, at: field)
        var type = builder.type(of: slot)
        let op = try field.word("optype", default: type.op)
        let rule = try rule(name, field, builder.dataFields[name], &type)
        if rule.isDefault, op == type.op { return scope.declare(name, as: slot) }
        type.op = op
        scope.isLikeParent = false
        scope.declare(name, as: builder.addSlot(.treated(slot: slot, type: type, rule: rule), type: type))
    }

    /// What becomes of a field's values, by what its data field and its mining field say.
    private func rule(
        _ name: String,
        _ field: XMLElement,
        _ data: XMLElement?,
        _ type: inout FieldType
    ) throws(ModelDefect) -> InputRule {
        var rule = InputRule(name: name)
        if let data { try readValues(data, &rule, &type) }
        let expressions = ExpressionBuilder(builder, scope)
        rule.missingTreatment = try field.word("missingValueTreatment", default: .asIs)
        rule.missingReplacement = try expressions.optional("missingValueReplacement", of: field, as: type.data)
        rule.invalidTreatment = try field.word("invalidValueTreatment", default: .returnInvalid)
        rule.invalidReplacement = try expressions.optional("invalidValueReplacement", of: field, as: type.data)
        rule.outlierTreatment = try field.word("outliers", default: .asIs)
        (rule.low, rule.high) = (try field.number("lowValue"), try field.number("highValue"))
        if rule.outlierTreatment != .asIs, rule.low == nil, rule.high == nil {
            throw field.defect("has outliers, but neither lowValue nor highValue")
        }
        return rule
    }

    private func readValues(_ data: XMLElement, _ rule: inout InputRule, _ type: inout FieldType) throws(ModelDefect) {
        for value in data.children("Value") {
            let text = try value.required("value")
            switch value.attribute("property") ?? "valid" {
            case "valid": rule.valid.insert(try builder.required(text, as: type.data, at: value))
            case "missing": insert(text, type, into: &rule.missing)
            case "invalid": insert(text, type, into: &rule.notValid)
            case let property: throw value.defect("property is unknown: \(property.prefix(64))")
            }
            if type.op == .ordinal, value.attribute("property") ?? "valid" == "valid" {
                type.order.append(try builder.required(text, as: type.data, at: value))
            }
        }
        for interval in data.children("Interval") { rule.intervals.append(try interval.interval()) }
    }

    /// A value that need not be one of the field's type.
    private func insert(_ text: String, _ type: FieldType, into values: inout Set<Value>) {
        if let value = builder.value(text, as: type.data) { values.insert(value) }
        values.insert(.text(builder.symbols.intern(text)))
    }
}
