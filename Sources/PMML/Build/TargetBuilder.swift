import Prediction

/// What a model answers: the target of its mining schema, or a field of its own where it names none.
struct TargetBuilder {
    private let builder: Builder
    private let element: XMLElement
    private let function: ModelBuilder.Function
    /// The target of the model around; nil at the top.
    private let outer: TargetRule?

    init(_ builder: Builder, _ element: XMLElement, _ function: ModelBuilder.Function, _ outer: TargetRule?) {
        self.builder = builder
        self.element = element
        self.function = function
        self.outer = outer
    }

    func rule() throws(ModelDefect) -> TargetRule {
        var rule = TargetRule()
        let isSingle = element.attribute("x-mathContext") == "float"
        rule.isSingle = isSingle
        let names = try targetNames()
        guard names.count <= 1 else { throw element.unsupported("a model of \(names.count) targets") }
        rule.name = names.first
        rule.type = try type(of: names.first, isSingle: isSingle)
        if let name = names.first, let field = builder.dataFields[name] { try readValues(field, &rule) }
        if element.name == "ClusteringModel" { rule.displayValues = ModelBuilder.clusterNames(element, builder) }
        let targets = element.child("Targets")?.children("Target") ?? []
        if let target = targets.first(where: { $0.attribute("field") == names.first }) ?? targets.first {
            try read(target, &rule)
        }
        rule.slot = builder.addSlot(.given, type: rule.type)
        return rule
    }

    private func targetNames() throws(ModelDefect) -> [String] {
        var names: [String] = []
        for field in try element.requiredChild("MiningSchema").children("MiningField") {
            let usage = field.attribute("usageType")
            if usage == "target" || usage == "predicted" { names.append(try field.required("name")) }
        }
        return names
    }

    private func type(of name: String?, isSingle: Bool) throws(ModelDefect) -> FieldType {
        if function == .clustering { return FieldType(data: .string, op: .categorical) }
        if let name, let field = builder.dataFields[name] {
            var type = try field.fieldType()
            if type.op == .continuous, function == .classification { type.op = .categorical }
            return type
        }
        switch function {
        case .classification:
            return FieldType(
                data: outer.map { $0.type.op == .continuous ? .string : $0.type.data } ?? .string,
                op: .categorical
            )
        default: return FieldType(data: isSingle ? .float : .double, op: .continuous)
        }
    }

    private func readValues(_ field: XMLElement, _ rule: inout TargetRule) throws(ModelDefect) {
        for value in field.children("Value") where value.attribute("property") ?? "valid" == "valid" {
            let category = try builder.required(value.required("value"), as: rule.type.data, at: value)
            rule.categories.append(category)
            if let name = value.attribute("displayValue") {
                rule.displayValues[category] = .text(builder.symbols.intern(name))
            }
        }
    }

    private func read(_ target: XMLElement, _ rule: inout TargetRule) throws(ModelDefect) {
        let precision = Precision(isSingle: rule.isSingle)
        if let low = try target.number("min") { rule.low = precision.rounded(low) }
        if let high = try target.number("max") { rule.high = precision.rounded(high) }
        rule.factor = precision.rounded(try target.number("rescaleFactor") ?? 1)
        rule.constant = precision.rounded(try target.number("rescaleConstant") ?? 0)
        if target.attribute("castInteger") != nil { rule.castInteger = try target.word("castInteger") }
        rule.hasRules =
            rule.low > -.infinity || rule.high < .infinity || rule.factor != 1 || rule.constant != 0
            || rule.castInteger != nil
        var priors: [Value: Double] = [:]
        for value in target.children("TargetValue") {
            if let number = try value.number("defaultValue"), rule.type.op == .continuous {
                rule.defaultNumber = number
            }
            guard let text = value.attribute("value") else { continue }
            let category = try builder.required(text, as: rule.type.data, at: value)
            if let prior = try value.number("priorProbability") { priors[category] = prior }
            if let name = value.attribute("displayValue") {
                rule.displayValues[category] = .text(builder.symbols.intern(name))
            }
        }
        let sum = priors.values.reduce(0, +)
        if sum > 0 { rule.priors = priors.mapValues { $0 / sum } }
    }
}
