import Prediction

/// What the second version of the protocol knows no word for, as tensors.
extension TensorValue {
    /// The value as one tensor: the tensors of a sequence on top of each other, maps as rows of their values. Nil where
    /// there is no value.
    ///
    /// Throws where the parts are of different lengths, or have different keys.
    func flat(_ output: TensorOutput) throws(RequestDefect) -> AnswerTensor? {
        switch self {
        case .nothing: return nil
        case .tensor(let tensor): return tensor
        case .map(let map): return map.values
        case .sequence(let tensors):
            return try AnswerTensor(stacking: tensors, as: output)
        case .maps(let maps):
            for map in maps.dropFirst() where !map.keys.isSame(as: maps[0].keys) {
                throw RequestDefect("the maps of output '\(output.name)' have different keys: version 1 tells them")
            }
            return try AnswerTensor(stacking: maps.map(\.values), as: output)
        }
    }
}

extension AnswerTensor {
    /// Tensors of one shape, one after the other along a new first axis.
    fileprivate init(stacking tensors: [AnswerTensor], as output: TensorOutput) throws(RequestDefect) {
        let inner = tensors.first?.shape ?? output.kind.shape?.dropFirst().map { max(0, $0) } ?? []
        for tensor in tensors where tensor.shape != inner {
            throw RequestDefect(
                "the tensors of output '\(output.name)' are of shapes \(inner) and \(tensor.shape): version 1 tells them"
            )
        }
        let type = output.kind.elementType
        guard type == .bytes else {
            var bytes: [UInt8] = []
            for tensor in tensors { tensor.withBytes { bytes.append(contentsOf: $0) } }
            self.init(type: type, shape: [tensors.count] + inner, elements: .bytes(bytes))
            return
        }
        var all = TextRows()
        for case .texts(let texts) in tensors.map(\.elements) {
            let start = all.utf8.count
            all.utf8.append(contentsOf: texts.utf8)
            all.ends.append(contentsOf: texts.ends.lazy.map { $0 + start })
        }
        self.init(type: type, shape: [tensors.count] + inner, elements: .texts(all))
    }

    /// Whether the elements are the same.
    fileprivate func isSame(as other: AnswerTensor) -> Bool {
        guard shape == other.shape else { return false }
        if case .texts(let one) = elements, case .texts(let two) = other.elements {
            return one.ends == two.ends && one.utf8 == two.utf8
        }
        return withBytes { one in other.withBytes { one.elementsEqual($0) } }
    }
}
