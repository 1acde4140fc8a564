import Base

/// What a CRD says of values besides their types.
final class SchemaValueLimits: Sendable {
    let allowed: [JSON]?
    /// A regular expression, compiled when it is needed: most of a large CRD's never are.
    let pattern: String?
    let minimum: JSON
    let maximum: JSON
    let isMinimumExclusive: Bool
    let isMaximumExclusive: Bool
    let lengthMin: Int?
    let lengthMax: Int?
    let itemsMin: Int?
    let itemsMax: Int?
    let propertiesMin: Int?
    let propertiesMax: Int?

    private static let keywords = [
        "enum", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties",
        "maxProperties",
    ]

    /// Reads a node of a schema; nil where it says nothing of values.
    init?(_ json: JSON) {
        guard SchemaValueLimits.keywords.contains(where: { !json[$0].isNull }) else { return nil }
        allowed = json["enum"].array
        pattern = json["pattern"].string
        minimum = json["minimum"]
        maximum = json["maximum"]
        isMinimumExclusive = json["exclusiveMinimum"].bool ?? false
        isMaximumExclusive = json["exclusiveMaximum"].bool ?? false
        lengthMin = json["minLength"].int
        lengthMax = json["maxLength"].int
        itemsMin = json["minItems"].int
        itemsMax = json["maxItems"].int
        propertiesMin = json["minProperties"].int
        propertiesMax = json["maxProperties"].int
    }

    /// All faults of a value of the right type, in the words of Kubernetes' validation.
    func faults(_ value: JSON, at path: String) -> [FieldFault] {
        var faults: [FieldFault] = []
        if let allowed, !allowed.contains(value) {
            let words = allowed.map { $0.string ?? $0.text }
            faults.append(.notSupported(path, value, words))
        }
        switch value {
        case .string(let text): faults += textFaults(text, path)
        case .int, .double: faults += numberFaults(value, path)
        case .array(let elements): faults += itemFaults(elements.count, path)
        case .object(let members): faults += propertyFaults(members.count, path)
        default: break
        }
        return faults
    }

    private func textFaults(_ text: String, _ path: String) -> [FieldFault] {
        var faults: [FieldFault] = []
        let length = text.unicodeScalars.count
        if let lengthMax, length > lengthMax {
            faults.append(FieldFault(.tooLong, path, "Too long: may not be more than \(lengthMax) bytes"))
        }
        if let lengthMin, length < lengthMin {
            faults.append(.invalid(path, .string(text), "\(path) in body should be at least \(lengthMin) chars long"))
        }
        if let pattern, let compiled = Pattern(pattern), !compiled.matches(text) {
            faults.append(.invalid(path, .string(text), "\(path) in body should match '\(pattern)'"))
        }
        return faults
    }

    private func numberFaults(_ value: JSON, _ path: String) -> [FieldFault] {
        var faults: [FieldFault] = []
        let number = value.double ?? 0
        if let bound = maximum.double, isMaximumExclusive ? number >= bound : number > bound {
            let words = isMaximumExclusive ? "less than" : "less than or equal to"
            faults.append(.invalid(path, value, "\(path) in body should be \(words) \(maximum.text)"))
        }
        if let bound = minimum.double, isMinimumExclusive ? number <= bound : number < bound {
            let words = isMinimumExclusive ? "greater than" : "greater than or equal to"
            faults.append(.invalid(path, value, "\(path) in body should be \(words) \(minimum.text)"))
        }
        return faults
    }

    private func itemFaults(_ count: Int, _ path: String) -> [FieldFault] {
        if let itemsMax, count > itemsMax {
            return [FieldFault(.tooMany, path, "Too many: \(count): must have at most \(itemsMax) items")]
        }
        guard let itemsMin, count < itemsMin else { return [] }
        return [.invalid(path, .int(Int64(count)), "\(path) in body should have at least \(itemsMin) items")]
    }

    private func propertyFaults(_ count: Int, _ path: String) -> [FieldFault] {
        if let propertiesMax, count > propertiesMax {
            return [FieldFault(.tooMany, path, "Too many: \(count): must have at most \(propertiesMax) items")]
        }
        guard let propertiesMin, count < propertiesMin else { return [] }
        return [.invalid(path, .int(Int64(count)), "\(path) in body should have at least \(propertiesMin) properties")]
    }
}
