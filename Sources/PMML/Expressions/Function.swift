import Glibc
import Prediction

/// PMML's own functions.
enum Function: Sendable, CustomStringConvertible {
    case arithmetic(Arithmetic)
    case aggregate(Aggregate)
    case math(Math)
    case rounding(Rounding)
    case comparison(Comparison)
    case logic(Logic)
    case not
    case missingness(Bool)
    case validity(Bool)
    case membership(Bool)
    case branch
    case text(TextFunction)
    case normal(Normal)

    enum Arithmetic: String {
        case add = "+", subtract = "-", multiply = "*", divide = "/", modulo, pow, threshold, atan2, hypot
    }
    enum Aggregate: String { case min, max, sum, avg, product, median, stddev }
    enum Math: String {
        case log10, ln, ln1p, exp, expm1, sqrt, abs, rint
        case sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, erf
    }
    enum Rounding: String { case floor, ceil, round }
    enum Comparison: String { case equal, notEqual, lessThan, lessOrEqual, greaterThan, greaterOrEqual }
    enum Logic: String { case and, or }
    enum Normal: String { case normalCDF, normalPDF, normalIDF, stdNormalCDF, stdNormalPDF, stdNormalIDF }

    /// The function of that name; nil where PMML has none.
    init?(_ name: String) {
        switch name {
        case "not": self = .not
        case "isMissing", "isNotMissing": self = .missingness(name == "isMissing")
        case "isValid", "isNotValid": self = .validity(name == "isValid")
        case "isIn", "isNotIn": self = .membership(name == "isIn")
        case "if": self = .branch
        case "x-atan2": self = .arithmetic(.atan2)
        default: self.init(family: name)
        }
    }

    private init?(family name: String) {
        if let function = Arithmetic(rawValue: name) {
            self = .arithmetic(function)
        } else if let function = Aggregate(rawValue: name) {
            self = .aggregate(function)
        } else if let function = Math(rawValue: name) {
            self = .math(function)
        } else if let function = Rounding(rawValue: name) {
            self = .rounding(function)
        } else if let function = Comparison(rawValue: name) {
            self = .comparison(function)
        } else if let function = Logic(rawValue: name) {
            self = .logic(function)
        } else if let function = TextFunction(rawValue: name) {
            self = .text(function)
        } else if let function = Normal(rawValue: name) {
            self = .normal(function)
        } else {
            return nil
        }
    }

    /// How many arguments it takes.
    var arity: ClosedRange<Int> {
        switch self {
        case .arithmetic, .comparison: 2...2
        case .aggregate: 1...Int.max
        case .math, .rounding, .not, .missingness, .validity: 1...1
        case .logic, .membership: 2...Int.max
        case .branch: 2...3
        case .text(let function): function.arity
        case .normal(let function): function.rawValue.hasPrefix("std") ? 1...1 : 3...3
        }
    }

    var description: String {
        switch self {
        case .arithmetic(let function): "\"\(function.rawValue)\""
        case .aggregate(let function): "\"\(function.rawValue)\""
        case .math(let function): "\"\(function.rawValue)\""
        case .rounding(let function): "\"\(function.rawValue)\""
        case .comparison(let function): "\"\(function.rawValue)\""
        case .logic(let function): "\"\(function.rawValue)\""
        case .text(let function): "\"\(function.rawValue)\""
        case .normal(let function): "\"\(function.rawValue)\""
        case .not: "\"not\""
        case .missingness(let isMissing): isMissing ? "\"isMissing\"" : "\"isNotMissing\""
        case .validity(let isValid): isValid ? "\"isValid\"" : "\"isNotValid\""
        case .membership(let isIn): isIn ? "\"isIn\"" : "\"isNotIn\""
        case .branch: "\"if\""
        }
    }
}

// Applying; nil is the result of what is not defined.
extension Function {
    func apply(_ value: Value, _ work: Workspace) throws(InputDefect) -> Value? {
        switch self {
        case .missingness(let wanted): return .flag(value.isMissing == wanted)
        case .aggregate: return try apply([value], work)
        default: break
        }
        if value.isMissing { throw missingArgument }
        switch self {
        case .math(let function): return function.apply(try work.number(value), as: value.type)
        case .rounding(let function): return function.apply(value, try work.number(value))
        case .not: return .flag(!(try work.flag(value)))
        case .normal(let function): return function.apply([try work.number(value), 0, 1]).map { .number($0) }
        case .text(let function): return try function.apply([value], work)
        default: throw InputDefect("function \(self) does not take one argument")
        }
    }

    func apply(_ first: Value, _ second: Value, _ work: Workspace) throws(InputDefect) -> Value? {
        switch self {
        case .arithmetic(let function):
            if first.isMissing || second.isMissing {
                if function.isTolerant { return .missing }
                throw missingArgument
            }
            return try function.apply(first, second, work)
        case .comparison(let function):
            if first.isMissing || second.isMissing { throw missingArgument }
            return .flag(try function.holds(first, second, work))
        default: return try apply([first, second], work)
        }
    }

    func apply(_ values: [Value], _ work: Workspace) throws(InputDefect) -> Value? {
        switch self {
        case .aggregate(let function): return try function.apply(values, work)
        case .membership(let wanted): return .flag(try isMember(values, work) == wanted)
        case .text(let function):
            if function != .concat, values.contains(where: \.isMissing) { throw missingArgument }
            return try function.apply(values, work)
        default: break
        }
        if values.contains(where: \.isMissing) { throw missingArgument }
        switch self {
        case .logic(let function): return try function.apply(values, work)
        case .normal(let function):
            var numbers: [Double] = []
            for value in values { numbers.append(try work.number(value)) }
            return function.apply(numbers).map { .number($0) }
        default: throw InputDefect("function \(self) does not take \(values.count) arguments")
        }
    }

    private var missingArgument: InputDefect { InputDefect("function \(self) is missing an argument") }

    private func isMember(_ values: [Value], _ work: Workspace) throws(InputDefect) -> Bool {
        for value in values.dropFirst() {
            if values[0].isMissing || value.isMissing {
                if values[0] == value { return true }
            } else if try Comparison.equal.holds(values[0], value, work) {
                return true
            }
        }
        return false
    }
}

extension Function.Comparison {
    /// Whether the comparison holds; the second value is read as what the first is.
    func holds(_ first: Value, _ second: Value, _ work: Workspace) throws(InputDefect) -> Bool {
        if case .text(let symbol) = first {
            guard case .text(let other) = try work.cast(second, to: .string) else { return false }
            if self == .equal || self == .notEqual { return (symbol == other) == (self == .equal) }
            throw InputDefect("texts cannot be compared by \(rawValue)")
        }
        let (left, right) = (try work.number(first), try work.number(second))
        return switch self {
        case .equal: left == right
        case .notEqual: left != right
        case .lessThan: left < right
        case .lessOrEqual: left <= right
        case .greaterThan: left > right
        case .greaterOrEqual: left >= right
        }
    }
}

extension Function.Logic {
    func apply(_ values: [Value], _ work: Workspace) throws(InputDefect) -> Value {
        var result = self == .and
        for value in values {
            let flag = try work.flag(value)
            result = self == .and ? result && flag : result || flag
        }
        return .flag(result)
    }
}
