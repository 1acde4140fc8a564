/// What stands at an input or an output of a model of tensors.
package enum TensorKind: Equatable, Sendable {
    /// One tensor: its length along each axis, -1 where any length will do; nil where any rank will do.
    case tensor(ElementType, shape: [Int]?)
    /// Tensors one behind the other, all of one type.
    case sequence(ElementType, shape: [Int]?)
    /// Numbers or texts by name: keys of one type, values of another.
    case map(keys: ElementType, values: ElementType)
    /// Such maps one behind the other.
    case maps(keys: ElementType, values: ElementType)

    /// What its elements are; of maps, their values.
    package var elementType: ElementType {
        switch self {
        case .tensor(let type, _), .sequence(let type, _), .map(_, let type), .maps(_, let type): type
        }
    }

    /// Its length along each axis as one tensor, -1 where any length will do: sequences get an axis in front, maps are
    /// rows of their values. Nil where any rank will do.
    package var shape: [Int]? {
        switch self {
        case .tensor(_, let shape): shape
        case .sequence(_, let shape): shape.map { [-1] + $0 }
        case .map: [-1]
        case .maps: [-1, -1]
        }
    }
}

/// An input of a model of tensors.
package struct TensorInput: Equatable, Sendable {
    /// What the model calls it.
    package let name: String
    /// What stands there.
    package let kind: TensorKind
    /// Whether the model has a value of its own for requests that bring none.
    package let isOptional: Bool

    package init(name: String, kind: TensorKind, isOptional: Bool = false) {
        self.name = name
        self.kind = kind
        self.isOptional = isOptional
    }
}

/// An output of a model of tensors.
package struct TensorOutput: Equatable, Sendable {
    /// What the model calls it.
    package let name: String
    /// What stands there.
    package let kind: TensorKind

    package init(name: String, kind: TensorKind) {
        self.name = name
        self.kind = kind
    }
}

extension TensorInput {
    /// Throws where a tensor of these lengths is not what the input takes.
    package func check(shape given: [Int]) throws(PredictionFault) {
        guard let wanted = kind.shape else { return }
        let fits = given.count == wanted.count && zip(given, wanted).allSatisfy { $1 < 0 || $0 == $1 }
        guard fits else {
            throw PredictionFault(.input, "input '\(name)' has shape \(given), the model takes \(wanted)")
        }
    }
}
