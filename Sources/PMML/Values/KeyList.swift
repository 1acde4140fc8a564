/// Values in the order in which they were named first, each once.
struct KeyList: Sendable {
    private(set) var values: [Value] = []
    private var indices: [Value: Int] = [:]

    init(_ values: [Value] = []) {
        for value in values { _ = index(of: value) }
    }

    var count: Int { values.count }

    /// The value's index; nil where it was not named.
    func find(_ value: Value) -> Int? { indices[value] }

    /// The value's index, which is a new one where it was not named yet.
    mutating func index(of value: Value) -> Int {
        if let index = indices[value] { return index }
        indices[value] = values.count
        values.append(value)
        return values.count - 1
    }
}
