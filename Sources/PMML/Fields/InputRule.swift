import Prediction

/// What becomes of a value that a row brings for a field: which are missing or not valid, and what is taken instead.
struct InputRule: Sendable {
    enum MissingTreatment: String { case asIs, asMean, asMode, asMedian, asValue, returnInvalid }
    enum InvalidTreatment: String { case returnInvalid, asIs, asMissing, asValue }
    enum OutlierTreatment: String { case asIs, asMissingValues, asExtremeValues }

    /// The field, as messages call it.
    var name = ""
    /// The values that are valid; any where it is empty.
    var valid: Set<Value> = []
    /// Texts and numbers that stand for a missing value, or that are not valid.
    var missing: Set<Value> = []
    var notValid: Set<Value> = []
    /// Where a number must lie in one of; anywhere where it is empty.
    var intervals: [Interval] = []
    var missingTreatment = MissingTreatment.asIs
    var missingReplacement: Value = .missing
    var invalidTreatment = InvalidTreatment.returnInvalid
    var invalidReplacement: Value = .missing
    var outlierTreatment = OutlierTreatment.asIs
    var low: Double?
    var high: Double?

    /// Whether every value of the field's type passes as it is.
    var isDefault: Bool {
        missingReplacement.isMissing && invalidReplacement.isMissing && outlierTreatment == .asIs
            && (invalidTreatment == .returnInvalid || invalidTreatment == .asIs) && missingTreatment != .returnInvalid
    }

    /// The value of a field of that type for what a row brought.
    func apply(
        to raw: Value,
        as type: FieldType,
        named name: String,
        _ isValid: inout Bool,
        _ work: Workspace
    ) throws(InputDefect) -> Value {
        if raw.isMissing { return try missingValue(name) }
        let value = try work.converted(raw, to: type.data)
        switch try status(raw, value, type, work) {
        case .missing: return try missingValue(name)
        case .valid: return outlier(value ?? .missing, type)
        case .invalid:
            switch invalidTreatment {
            case .returnInvalid:
                throw InputDefect("Field \"\(name)\" cannot accept invalid value \(work.spelt(raw))")
            case .asMissing: return missingReplacement
            case .asIs, .asValue:
                if !invalidReplacement.isMissing { return invalidReplacement }
                isValid = false
                guard let value else {
                    throw InputDefect("Field \"\(name)\" cannot accept invalid value \(work.spelt(raw))")
                }
                return value
            }
        }
    }

    private enum Status { case valid, invalid, missing }

    private func status(
        _ raw: Value,
        _ value: Value?,
        _ type: FieldType,
        _ work: Workspace
    ) throws(InputDefect) -> Status {
        if !missing.isEmpty, try contains(raw, value, among: missing, work) { return .missing }
        if !notValid.isEmpty, try contains(raw, value, among: notValid, work) { return .invalid }
        guard let value else { return .invalid }
        if !valid.isEmpty { return valid.contains(value) ? .valid : .invalid }
        if let number = value.double, number.isNaN { return .invalid }
        if !intervals.isEmpty, type.op == .continuous {
            guard let number = value.double, intervals.contains(where: { $0.contains(number) }) else { return .invalid }
        }
        return .valid
    }

    /// Whether a value is among those given, as what it is or as what it is spelt.
    private func contains(
        _ raw: Value,
        _ value: Value?,
        among given: Set<Value>,
        _ work: Workspace
    ) throws(InputDefect) -> Bool {
        if let value, given.contains(value) { return true }
        return try given.contains(.text(work.symbol(work.spelt(raw))))
    }

    private func missingValue(_ name: String) throws(InputDefect) -> Value {
        if missingTreatment == .returnInvalid {
            throw InputDefect("Field \"\(name)\" cannot accept missing value")
        }
        return missingReplacement
    }

    private func outlier(_ value: Value, _ type: FieldType) -> Value {
        guard outlierTreatment != .asIs, let number = value.double else { return value }
        var bound: Double?
        if let low, number < low { bound = low } else if let high, number > high { bound = high }
        guard let bound else { return value }
        return outlierTreatment == .asMissingValues ? missingReplacement : type.data.value(bound) ?? .missing
    }
}

/// Numbers between two margins.
struct Interval: Sendable {
    var left = -Double.infinity
    var right = Double.infinity
    var includesLeft = true
    var includesRight = true

    func contains(_ number: Double) -> Bool {
        (includesLeft ? number >= left : number > left) && (includesRight ? number <= right : number < right)
    }
}
