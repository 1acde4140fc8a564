/// Numbers with a shape, row-major.
package struct Tensor: Equatable, Sendable {
    /// Length along each axis; empty for a single number.
    package let shape: [Int]
    /// The numbers, the last axis running fastest.
    package let values: [Double]

    /// A tensor; `values` must hold as many numbers as `shape` says.
    package init(shape: [Int], values: [Double]) {
        precondition(shape.reduce(1, *) == values.count, "a tensor's shape and count differ")
        self.shape = shape
        self.values = values
    }
}

/// What the classes of a classifier are called.
package enum Labels: Equatable, Sendable {
    case integers([Int64], type: ElementType = .int64)
    case numbers([Double])
    case flags([Bool])
    case texts([String])

    /// How many classes there are.
    package var count: Int {
        switch self {
        case .integers(let values, _): values.count
        case .numbers(let values): values.count
        case .flags(let values): values.count
        case .texts(let values): values.count
        }
    }
    /// What the names are as elements of a tensor.
    package var elementType: ElementType {
        switch self {
        case .integers(_, let type): type
        case .numbers: .float64
        case .flags: .bool
        case .texts: .bytes
        }
    }
}
