import Prediction

/// A condition on a row's fields: it holds, does not hold, or is unknown where fields are missing.
indirect enum Predicate: Sendable {
    case always
    case never
    case simple(SimplePredicate)
    /// Whether a field is among values; the other way round where it is not wanted.
    case set(Int32, Set<Value>, isWanted: Bool)
    case and([Predicate])
    case or([Predicate])
    case xor([Predicate])
    /// The first one that is known.
    case surrogate([Predicate])

    /// nil where it is unknown; `usedSurrogate` tells that the first of surrogates was not known.
    func holds(_ work: Workspace, _ usedSurrogate: inout Bool) throws(InputDefect) -> Bool? {
        switch self {
        case .always: return true
        case .never: return false
        case .simple(let predicate): return try predicate.holds(work)
        case .set(let slot, let values, let isWanted):
            let value = try work.value(slot)
            return value.isMissing ? nil : values.contains(value) == isWanted
        case .and(let parts): return try Predicate.all(parts, work)
        case .or(let parts): return try Predicate.any(parts, work)
        case .xor(let parts): return try Predicate.odd(parts, work)
        case .surrogate(let parts):
            for (index, part) in parts.enumerated() {
                var ignored = false
                guard let result = try part.holds(work, &ignored) else { continue }
                if index > 0 { usedSurrogate = true }
                return result
            }
            return nil
        }
    }

    func holds(_ work: Workspace) throws(InputDefect) -> Bool? {
        var ignored = false
        return try holds(work, &ignored)
    }

    private static func all(_ parts: [Predicate], _ work: Workspace) throws(InputDefect) -> Bool? {
        var result: Bool? = true
        for part in parts {
            switch try part.holds(work) {
            case false?: return false
            case nil: result = nil
            case true?: break
            }
        }
        return result
    }

    private static func any(_ parts: [Predicate], _ work: Workspace) throws(InputDefect) -> Bool? {
        var result: Bool? = false
        for part in parts {
            switch try part.holds(work) {
            case true?: return true
            case nil: result = nil
            case false?: break
            }
        }
        return result
    }

    private static func odd(_ parts: [Predicate], _ work: Workspace) throws(InputDefect) -> Bool? {
        var result: Bool? = false
        for part in parts {
            guard let known = result, let holds = try part.holds(work) else {
                result = nil
                continue
            }
            result = known != holds
        }
        return result
    }
}

/// A field beside a value.
struct SimplePredicate: Sendable, BitwiseCopyable {
    enum Test: UInt8 { case isMissing, isNotMissing, equal, notEqual, less, lessOrEqual, greater, greaterOrEqual }

    let slot: Int32
    let test: Test
    /// What the field is compared with, of its type where it spells one.
    let value: Value

    /// nil where the field is missing.
    @inline(__always)
    func holds(_ work: Workspace) throws(InputDefect) -> Bool? {
        let own = try work.value(slot)
        switch test {
        case .isMissing: return own.isMissing
        case .isNotMissing: return !own.isMissing
        default: break
        }
        if own.isMissing { return nil }
        if test == .equal { return own.isEqual(to: value) }
        if test == .notEqual { return !own.isEqual(to: value) }
        guard let left = own.double, let right = value.double else {
            throw InputDefect("texts cannot be compared by their order")
        }
        return switch test {
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        default: left >= right
        }
    }
}
