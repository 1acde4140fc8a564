/// A selection of objects by their labels, from text (`a=b,c in (d,e),!f`) or from a `selector` field.
package struct LabelSelector: Equatable, Sendable, CustomStringConvertible {
    /// What a requirement asks of a label.
    package enum Operator: String, Sendable {
        case equals = "="
        case doubleEquals = "=="
        case notEquals = "!="
        case `in`
        case notIn = "notin"
        case exists
        case doesNotExist = "!"
        case greaterThan = ">"
        case lessThan = "<"
    }

    /// One demand; all of a selector must hold.
    package struct Requirement: Equatable, Sendable {
        package let key: String
        package let `operator`: Operator
        /// In order of their text, none twice.
        package let values: [String]
    }

    /// In order of their keys.
    package let requirements: [Requirement]
    private let selectsNothing: Bool

    /// Selects every object.
    package static let everything = LabelSelector([])
    /// Selects no object.
    package static let nothing = LabelSelector([], selectsNothing: true)

    init(_ requirements: [Requirement], selectsNothing: Bool = false) {
        self.requirements = requirements.sorted { $0.key < $1.key }
        self.selectsNothing = selectsNothing
    }

    /// Selects what has all these labels.
    package init(matchLabels: [String: String]) {
        self.init(matchLabels.map { Requirement(key: $0.key, operator: .equals, values: [$0.value]) })
    }

    /// Whether every object is selected.
    package var isEmpty: Bool { requirements.isEmpty && !selectsNothing }

    /// Whether an object with these labels is selected.
    package func matches(_ labels: [String: String]) -> Bool {
        !selectsNothing && requirements.allSatisfy { $0.matches(labels[$0.key]) }
    }

    /// The text form, as `scale.status.selector` holds it.
    package var description: String { requirements.map(\.description).joined(separator: ",") }
}

extension LabelSelector.Requirement: CustomStringConvertible {
    /// Whether a label's value (nil: the label is absent) is what this asks for.
    package func matches(_ value: String?) -> Bool {
        switch `operator` {
        case .equals, .doubleEquals, .in: value.map { values.contains($0) } ?? false
        case .notEquals, .notIn: value.map { !values.contains($0) } ?? true
        case .exists: value != nil
        case .doesNotExist: value == nil
        case .greaterThan: compare(value, by: >)
        case .lessThan: compare(value, by: <)
        }
    }

    private func compare(_ value: String?, by holds: (Int64, Int64) -> Bool) -> Bool {
        guard let value, let number = Int64(value), let bound = values.first.flatMap({ Int64($0) }) else {
            return false
        }
        return holds(number, bound)
    }

    /// The requirement's text.
    package var description: String {
        switch `operator` {
        case .equals, .doubleEquals, .notEquals, .greaterThan, .lessThan:
            "\(key)\(`operator`.rawValue)\(values.first ?? "")"
        case .in, .notIn: "\(key) \(`operator`.rawValue) (\(values.joined(separator: ",")))"
        case .exists: key
        case .doesNotExist: "!\(key)"
        }
    }
}
