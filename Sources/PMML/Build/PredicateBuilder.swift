import Prediction

/// From elements to predicates.
struct PredicateBuilder {
    let builder: Builder
    let scope: Scope

    init(_ builder: Builder, _ scope: Scope) {
        self.builder = builder
        self.scope = scope
    }

    static let elements: Set<String> = ["True", "False", "SimplePredicate", "SimpleSetPredicate", "CompoundPredicate"]

    /// The predicate that an element holds.
    func predicate(inside element: XMLElement) throws(ModelDefect) -> Predicate {
        guard let inner = element.child(among: PredicateBuilder.elements) else {
            throw element.defect("has no predicate")
        }
        return try predicate(inner)
    }

    private func predicate(_ element: XMLElement) throws(ModelDefect) -> Predicate {
        switch element.name {
        case "True": return .always
        case "False": return .never
        case "SimplePredicate": return try simple(element)
        case "SimpleSetPredicate": return try set(element)
        default:
            return try builder.nested(at: element) { () throws(ModelDefect) in try compound(element) }
        }
    }

    private static let tests: [String: SimplePredicate.Test] = [
        "equal": .equal, "notEqual": .notEqual, "lessThan": .less, "lessOrEqual": .lessOrEqual,
        "greaterThan": .greater, "greaterOrEqual": .greaterOrEqual, "isMissing": .isMissing,
        "isNotMissing": .isNotMissing,
    ]

    private func simple(_ element: XMLElement) throws(ModelDefect) -> Predicate {
        let slot = try scope.slot(element.required("field"), at: element)
        let type = builder.type(of: slot)
        let name = try element.required("operator")
        guard let test = PredicateBuilder.tests[name] else {
            throw element.defect("operator is unknown: \(name.prefix(64))")
        }
        if test == .isMissing || test == .isNotMissing {
            return .simple(SimplePredicate(slot: slot, test: test, value: .missing))
        }
        let value = try builder.comparand(element.required("value"), of: type.data, at: element)
        let isOrder = test != .equal && test != .notEqual
        if isOrder, !type.order.isEmpty { return try ordinal(slot, test, value, type, element) }
        guard !isOrder || type.data != .string else {
            throw element.defect("a text cannot be compared by \(name)")
        }
        return .simple(SimplePredicate(slot: slot, test: test, value: value))
    }

    /// Of an ordinal field, the values for which a comparison holds.
    private func ordinal(
        _ slot: Int32,
        _ test: SimplePredicate.Test,
        _ value: Value,
        _ type: FieldType,
        _ element: XMLElement
    ) throws(ModelDefect) -> Predicate {
        guard let rank = type.order.firstIndex(of: value) else {
            throw element.defect("value is none of the field's values")
        }
        let values =
            switch test {
            case .less: type.order[..<rank]
            case .lessOrEqual: type.order[...rank]
            case .greater: type.order[(rank + 1)...]
            default: type.order[rank...]
            }
        return .set(slot, Set(values), isWanted: true)
    }

    private func set(_ element: XMLElement) throws(ModelDefect) -> Predicate {
        let slot = try scope.slot(element.required("field"), at: element)
        let type = builder.type(of: slot).data
        let name = try element.required("booleanOperator")
        guard name == "isIn" || name == "isNotIn" else {
            throw element.defect("booleanOperator is unknown: \(name.prefix(64))")
        }
        let array = try element.requiredChild("Array")
        var values: Set<Value> = []
        // What is no value of the field's type is none that it can have.
        for word in array.words { if let value = builder.value(word, as: type) { values.insert(value) } }
        try builder.count(numbers: values.count, at: element)
        return .set(slot, values, isWanted: name == "isIn")
    }

    private func compound(_ element: XMLElement) throws(ModelDefect) -> Predicate {
        var parts: [Predicate] = []
        for child in element.children where PredicateBuilder.elements.contains(child.name) {
            parts.append(try predicate(child))
        }
        guard parts.count >= 2 else { throw element.defect("has \(parts.count) predicates, two are needed") }
        switch try element.required("booleanOperator") {
        case "and": return .and(parts)
        case "or": return .or(parts)
        case "xor": return .xor(parts)
        case "surrogate": return .surrogate(parts)
        case let name: throw element.defect("booleanOperator is unknown: \(name.prefix(64))")
        }
    }
}
