import Prediction

/// From elements to expressions.
struct ExpressionBuilder {
    let builder: Builder
    let scope: Scope

    init(_ builder: Builder, _ scope: Scope) {
        self.builder = builder
        self.scope = scope
    }

    static let elements: Set<String> = [
        "Constant", "FieldRef", "NormContinuous", "NormDiscrete", "Discretize", "MapValues", "TextIndex", "Apply",
        "Aggregate", "Lag",
    ]

    /// The slot of a derived field.
    func derivedField(_ field: XMLElement) throws(ModelDefect) -> Int32 {
        let type = try fieldType(field)
        let expression = try self.expression(inside: field)
        return builder.addSlot(.derived(expression, as: type.data), type: type)
    }

    /// What a derived or output field is, with the order of its values where it is ordinal.
    private func fieldType(_ field: XMLElement) throws(ModelDefect) -> FieldType {
        var type = try field.fieldType()
        if type.op == .ordinal {
            for value in field.children("Value") {
                type.order.append(try builder.required(value.required("value"), as: type.data, at: value))
            }
        }
        return type
    }

    /// The expression that an element holds.
    func expression(inside element: XMLElement) throws(ModelDefect) -> Expression {
        guard let inner = element.child(among: ExpressionBuilder.elements) else {
            throw element.defect("has no expression")
        }
        return try expression(inner)
    }

    func expression(_ element: XMLElement) throws(ModelDefect) -> Expression {
        try builder.nested(at: element) { () throws(ModelDefect) in
            switch element.name {
            case "Constant": .constant(try constant(element))
            case "FieldRef": try fieldRef(element)
            case "NormContinuous": .normContinuous(try normContinuous(element))
            case "NormDiscrete": try normDiscrete(element)
            case "Discretize": .discretize(try discretize(element))
            case "MapValues": .mapValues(try mapValues(element))
            case "TextIndex": .textIndex(try textIndex(element))
            case "Apply": try apply(element)
            default: throw element.unsupported(element.name)
            }
        }
    }

    private func constant(_ element: XMLElement) throws(ModelDefect) -> Value {
        if try element.flag("missing") ?? false { return .missing }
        let text = element.text
        guard let type = try element.dataType() else { return builder.constant(text) }
        if text.isEmpty, type != .string { return .missing }
        return try builder.required(text, as: type, at: element)
    }

    private func fieldRef(_ element: XMLElement) throws(ModelDefect) -> Expression {
        let missing = element.attribute("mapMissingTo").map { Value.text(builder.symbols.intern($0)) }
        return .field(try scope.slot(element.required("field"), at: element), missing: missing ?? .missing)
    }

    private func normDiscrete(_ element: XMLElement) throws(ModelDefect) -> Expression {
        let slot = try scope.slot(element.required("field"), at: element)
        let value = try builder.comparand(element.required("value"), of: builder.type(of: slot).data, at: element)
        return .normDiscrete(slot, value, missing: try element.number("mapMissingTo").map { .number($0) } ?? .missing)
    }

    func normContinuous(_ element: XMLElement) throws(ModelDefect) -> NormContinuous {
        var points: [(from: Double, to: Double)] = []
        for norm in element.children("LinearNorm") {
            let point = (from: try norm.requiredNumber("orig"), to: try norm.requiredNumber("norm"))
            guard points.last.map({ $0.from <= point.from }) ?? true else { throw norm.defect("orig does not rise") }
            points.append(point)
        }
        guard points.count >= 2 else { throw element.defect("has \(points.count) elements LinearNorm, two are needed") }
        return NormContinuous(
            slot: try scope.slot(element.required("field"), at: element),
            points: points,
            outlierTreatment: try element.word("outliers", default: .asIs),
            missing: try element.number("mapMissingTo").map { .number($0) } ?? .missing
        )
    }

    private func discretize(_ element: XMLElement) throws(ModelDefect) -> Discretize {
        let type = try element.dataType() ?? .string
        var bins: [(interval: Interval, value: Value)] = []
        for bin in element.children("DiscretizeBin") {
            let interval = try bin.requiredChild("Interval").interval()
            bins.append((interval, try builder.required(bin.required("binValue"), as: type, at: bin)))
        }
        return Discretize(
            slot: try scope.slot(element.required("field"), at: element),
            bins: bins,
            fallback: try optional("defaultValue", of: element, as: type),
            missing: try optional("mapMissingTo", of: element, as: type)
        )
    }

    private func mapValues(_ element: XMLElement) throws(ModelDefect) -> MapValues {
        let type = try element.dataType() ?? .string
        let output = try element.required("outputColumn")
        var slots: [Int32] = []
        var columns: [String] = []
        for pair in element.children("FieldColumnPair") {
            slots.append(try scope.slot(pair.required("field"), at: pair))
            columns.append(try pair.required("column"))
        }
        guard let table = element.child("InlineTable") else {
            throw element.unsupported("a MapValues without InlineTable")
        }
        var rows: [[Value]: Value] = [:]
        for row in table.children("row") {
            var key: [Value] = []
            for (slot, column) in zip(slots, columns) {
                key.append(try builder.required(row.cell(column), as: builder.type(of: slot).data, at: row))
            }
            try builder.count(numbers: key.count + 1, at: row)
            rows[key] = try builder.required(row.cell(output), as: type, at: row)
        }
        return MapValues(
            slots: slots,
            rows: rows,
            fallback: try optional("defaultValue", of: element, as: type),
            missing: try optional("mapMissingTo", of: element, as: type)
        )
    }

    private func textIndex(_ element: XMLElement) throws(ModelDefect) -> TextIndex {
        for name in ["wordRE", "tokenize"] where element.attribute(name).map({ $0 != "true" }) ?? false {
            throw element.unsupported("\(name) of TextIndex")
        }
        if let separator = element.attribute("wordSeparatorCharacterRE"), separator != "\\s+", separator != "\\s" {
            throw element.unsupported("wordSeparatorCharacterRE '\(separator.prefix(32))'")
        }
        if element.child("TextIndexNormalization") != nil { throw element.unsupported("TextIndexNormalization") }
        if try element.number("maxLevenshteinDistance") ?? 0 != 0 {
            throw element.unsupported("maxLevenshteinDistance")
        }
        return TextIndex(
            text: try scope.slot(element.required("textField"), at: element),
            term: try expression(inside: element),
            weight: try element.word("localTermWeights", default: .termFrequency),
            isCaseSensitive: try element.flag("isCaseSensitive") ?? false
        )
    }

    func optional(_ name: String, of element: XMLElement, as type: DataType) throws(ModelDefect) -> Value {
        guard let text = element.attribute(name) else { return .missing }
        return try builder.required(text, as: type, at: element)
    }
}

extension XMLElement {
    func interval() throws(ModelDefect) -> Interval {
        var interval = Interval()
        if let left = try number("leftMargin") { interval.left = left }
        if let right = try number("rightMargin") { interval.right = right }
        guard interval.left <= interval.right else { throw defect("leftMargin lies above rightMargin") }
        let closure = try required("closure")
        guard ["openOpen", "openClosed", "closedOpen", "closedClosed"].contains(closure) else {
            throw defect("closure is unknown: \(closure.prefix(64))")
        }
        interval.includesLeft = closure.hasPrefix("closed")
        interval.includesRight = closure.hasSuffix("Closed")
        return interval
    }

    /// The text of the cell of a table's row in a column.
    func cell(_ column: String) throws(ModelDefect) -> String {
        let name = column.split(separator: ":").last.map(String.init) ?? column
        guard let cell = child(name) else { throw defect("has no cell '\(column.prefix(64))'") }
        return cell.text
    }
}
