import Prediction

/// Bins of a number, each with what is answered for it.
struct Discretize: Sendable {
    let slot: Int32
    let bins: [(interval: Interval, value: Value)]
    /// What is answered outside of all bins.
    let fallback: Value
    let missing: Value

    func evaluate(_ work: Workspace) throws(InputDefect) -> Value {
        let value = try work.value(slot)
        if value.isMissing { return missing }
        let number = try work.number(value)
        return bins.first { $0.interval.contains(number) }?.value ?? fallback
    }
}

/// A table in which a row's fields are looked up together.
struct MapValues: Sendable {
    let slots: [Int32]
    /// What the fields must be, and what is answered then.
    let rows: [[Value]: Value]
    let fallback: Value
    let missing: Value

    func evaluate(_ work: Workspace) throws(InputDefect) -> Value {
        var key: [Value] = []
        key.reserveCapacity(slots.count)
        for slot in slots {
            let value = try work.value(slot)
            if value.isMissing { return missing }
            key.append(value)
        }
        return rows[key] ?? fallback
    }
}
