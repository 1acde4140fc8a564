import Glibc
import Prediction

/// What becomes of a number before it is the answer: bounds, scale, rounding, type.
struct TargetRule: Sendable {
    enum CastInteger: String { case round, ceiling, floor }

    /// The target field; nil where the model has none.
    var name: String?
    var slot: Int32?
    var type = FieldType(data: .double, op: .continuous)
    var low = -Double.infinity
    var high = Double.infinity
    var factor = 1.0
    var constant = 0.0
    var castInteger: CastInteger?
    /// Whether any of these rules is there.
    var hasRules = false
    /// What is answered where the model has no answer.
    var defaultNumber: Double?
    var priors: [Value: Double] = [:]
    /// The classes that the field's values say, in their order; empty where they do not.
    var categories: [Value] = []
    /// What classes are called for people.
    var displayValues: [Value: Value] = [:]
    /// Whether the model works in single precision.
    var isSingle = false

    func value(of number: Double) throws(InputDefect) -> Value {
        var result = number
        if hasRules {
            result = min(max(result, low), high)
            result = rounded(rounded(result * factor) + constant)
            switch castInteger {
            case .round: result = result.javaRounded
            case .ceiling: result = result.rounded(.up)
            case .floor: result = result.rounded(.down)
            case nil: break
            }
        }
        guard let value = type.data.value(result) else {
            throw InputDefect("the answer \(Spelling.text(result)) is no \(type.data.rawValue)")
        }
        return value
    }

    private func rounded(_ number: Double) -> Double { isSingle ? Double(Float(number)) : number }
}
