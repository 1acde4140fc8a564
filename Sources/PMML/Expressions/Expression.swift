import Prediction

/// How a value is worked out of a row's fields.
indirect enum Expression: Sendable {
    case constant(Value)
    /// A field, or what is taken where it is missing.
    case field(Int32, missing: Value)
    case normContinuous(NormContinuous)
    /// 1 where a field is a value, else 0; and what is taken where the field is missing.
    case normDiscrete(Int32, Value, missing: Value)
    case discretize(Discretize)
    case mapValues(MapValues)
    case textIndex(TextIndex)
    case call(Call)
    /// The body of a document's own function, what is taken where one of its arguments is missing, and where it gives
    /// nothing.
    case guarded(Expression, arguments: [Expression], missing: Value, fallback: Value)

    /// A function with its arguments, and what is done where it gives nothing.
    struct Call: Sendable {
        enum InvalidTreatment: String { case returnInvalid, asIs, asMissing }

        let function: Function
        let arguments: [Expression]
        /// What is answered where an argument is missing; nothing of the kind where it is missing itself.
        var missing: Value
        /// What is answered where the function gives nothing.
        var fallback: Value
        var invalidTreatment = InvalidTreatment.returnInvalid
    }

    func evaluate(_ work: Workspace) throws(InputDefect) -> Value {
        switch self {
        case .constant(let value): return value
        case .field(let slot, let missing):
            let value = try work.value(slot)
            return value.isMissing ? missing : value
        case .normContinuous(let norm): return try norm.evaluate(work)
        case .normDiscrete(let slot, let wanted, let missing):
            let value = try work.value(slot)
            if value.isMissing { return missing }
            return .number(value.isEqual(to: wanted) ? 1 : 0)
        case .discretize(let bins): return try bins.evaluate(work)
        case .mapValues(let table): return try table.evaluate(work)
        case .textIndex(let index): return try index.evaluate(work)
        case .call(let call): return try call.evaluate(work)
        case .guarded(let body, let arguments, let missing, let fallback):
            if !missing.isMissing {
                for argument in arguments where try argument.evaluate(work).isMissing { return missing }
            }
            let value = try body.evaluate(work)
            return value.isMissing ? fallback : value
        }
    }
}

extension Value {
    /// Whether two values are the same, numbers of different types by what they are as numbers.
    @inline(__always)
    func isEqual(to other: Value) -> Bool {
        if case .text(let symbol) = self, case .text(let otherSymbol) = other { return symbol == otherSymbol }
        guard let number = double, let otherNumber = other.double else { return false }
        return number == otherNumber
    }
}

extension Expression.Call {
    func evaluate(_ work: Workspace) throws(InputDefect) -> Value {
        if case .branch = function { return try evaluateBranch(work) }
        if case .validity(let wanted) = function { return try evaluateValidity(wanted, work) }
        let result: Value?
        switch arguments.count {
        case 1:
            let first = try arguments[0].evaluate(work)
            if first.isMissing, !missing.isMissing { return missing }
            result = try function.apply(first, work)
        case 2:
            let first = try arguments[0].evaluate(work)
            if first.isMissing, !missing.isMissing { return missing }
            let second = try arguments[1].evaluate(work)
            if second.isMissing, !missing.isMissing { return missing }
            result = try function.apply(first, second, work)
        default:
            var values: [Value] = []
            values.reserveCapacity(arguments.count)
            for argument in arguments {
                let value = try argument.evaluate(work)
                if value.isMissing, !missing.isMissing { return missing }
                values.append(value)
            }
            result = try function.apply(values, work)
        }
        return try finish(result)
    }

    /// Only what is asked of the two ways is worked out.
    private func evaluateBranch(_ work: Workspace) throws(InputDefect) -> Value {
        let condition = try arguments[0].evaluate(work)
        if condition.isMissing {
            if !missing.isMissing { return missing }
            throw InputDefect("function \"if\" is missing its condition")
        }
        let way = try work.flag(condition) ? 1 : 2
        guard way < arguments.count else { return fallback }
        let value = try arguments[way].evaluate(work)
        if value.isMissing, !missing.isMissing { return missing }
        return try finish(value)
    }

    private func evaluateValidity(_ wanted: Bool, _ work: Workspace) throws(InputDefect) -> Value {
        guard case .field(let slot, _) = arguments[0] else {
            let value = try arguments[0].evaluate(work)
            return .flag(!value.isMissing && wanted)
        }
        let value = try work.value(slot)
        let isInvalid = try work.isInvalid(slot)
        return .flag(!value.isMissing && isInvalid != wanted)
    }

    /// nil is what a function gives that is not defined for its arguments.
    private func finish(_ result: Value?) throws(InputDefect) -> Value {
        let isValid = result.map { value in
            if case .number(let number) = value { return !number.isNaN }
            if case .single(let number) = value { return !number.isNaN }
            return true
        }
        if isValid ?? false, let result { return result.isMissing ? fallback : result }
        switch invalidTreatment {
        case .asIs:
            guard let result else { throw InputDefect("function \(function) has no result") }
            return result
        case .asMissing: return fallback
        case .returnInvalid: throw InputDefect("function \(function) returned an invalid value")
        }
    }
}

extension Workspace {
    /// A value as a condition.
    func flag(_ value: Value) throws(InputDefect) -> Bool {
        if case .flag(let flag) = value { return flag }
        guard case .flag(let flag) = try cast(value, to: .boolean) else { throw InputDefect("a condition is missing") }
        return flag
    }
}
