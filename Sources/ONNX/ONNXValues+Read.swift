import CONNXRuntime
import Prediction

// Into answers.
extension ONNXValues {
    /// Makes the values an answer, which keeps them as long as it lives.
    ///
    /// - Parameter kinds: what the model says of each.
    func read(_ kinds: [TensorKind], into answer: inout TensorAnswer) throws(ONNXFault) {
        answer.owner = self
        var elements = 0
        for (value, kind) in zip(values, kinds) {
            let read = try read(value, &elements)
            // A sequence without a member does not tell of what it is.
            if case .maps = kind, case .sequence = read {
                answer.values.append(.maps([]))
            } else {
                answer.values.append(read)
            }
        }
    }

    private func read(_ value: OpaquePointer?, _ elements: inout Int) throws(ONNXFault) -> TensorValue {
        guard let value, try has(value) else { return .nothing }
        var type: Int32 = 0
        try ONNXFault.check(library.table, connx_GetValueType(library.table, value, &type))
        switch Int(type) {
        case CONNX_TYPE_TENSOR: return .tensor(try readTensor(value, &elements))
        case CONNX_TYPE_MAP: return .map(try readMap(value, &elements))
        case CONNX_TYPE_SEQUENCE: return try readSequence(value, &elements)
        default: throw ONNXFault("an output is of onnxruntime's type \(type), which is not served")
        }
    }

    private func has(_ value: OpaquePointer) throws(ONNXFault) -> Bool {
        var has: Int32 = 0
        try ONNXFault.check(library.table, connx_HasValue(library.table, value, &has))
        return has != 0
    }

    private func readSequence(_ value: OpaquePointer, _ elements: inout Int) throws(ONNXFault) -> TensorValue {
        var count = 0
        try ONNXFault.check(library.table, connx_GetValueCount(library.table, value, &count))
        var tensors: [AnswerTensor] = []
        var maps: [AnswerMap] = []
        for index in 0..<count {
            switch try read(part(index, of: value), &elements) {
            case .tensor(let tensor): tensors.append(tensor)
            case .map(let map): maps.append(map)
            case .nothing, .sequence, .maps: throw ONNXFault("an output is a sequence of what is not served")
            }
        }
        return maps.isEmpty ? .sequence(tensors) : .maps(maps)
    }

    private func readMap(_ value: OpaquePointer, _ elements: inout Int) throws(ONNXFault) -> AnswerMap {
        AnswerMap(
            keys: try readTensor(part(0, of: value), &elements),
            values: try readTensor(part(1, of: value), &elements)
        )
    }

    private func part(_ index: Int, of value: OpaquePointer) throws(ONNXFault) -> OpaquePointer {
        let part = try ONNXFault.made(library.table) { made in
            connx_GetValue(library.table, value, Int32(truncatingIfNeeded: index), library.allocator, made)
        }
        parts.append(part)
        return part
    }

    private func readTensor(_ value: OpaquePointer, _ elements: inout Int) throws(ONNXFault) -> AnswerTensor {
        let (type, shape) = try readShape(value)
        guard let count = InputTensor.count(shape), count <= ONNXLimits.answerElementsMax - elements else {
            throw ONNXFault("the answer has more than \(ONNXLimits.answerElementsMax) elements")
        }
        elements += count
        guard let size = type.byteCount else {
            return AnswerTensor(type: type, shape: shape, elements: .texts(try readTexts(value, count)))
        }
        var start: UnsafeMutableRawPointer?
        try ONNXFault.check(library.table, connx_GetTensorMutableData(library.table, value, &start))
        let bytes = UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count * size)
        return AnswerTensor(type: type, shape: shape, elements: .raw(bytes))
    }

    private func readShape(_ value: OpaquePointer) throws(ONNXFault) -> (type: ElementType, shape: [Int]) {
        let table = library.table
        let info = try ONNXFault.made(table) { connx_GetTensorTypeAndShape(table, value, $0) }
        defer { connx_ReleaseTensorTypeAndShapeInfo(table, info) }
        var code: Int32 = 0
        try ONNXFault.check(table, connx_GetTensorElementType(table, info, &code))
        guard let type = ElementType(onnx: code) else {
            throw ONNXFault("an output has elements of \(ElementType.onnxName(code)), which are not served")
        }
        var axes = 0
        try ONNXFault.check(table, connx_GetDimensionsCount(table, info, &axes))
        var shape = [Int64](repeating: 0, count: axes)
        try ONNXFault.check(table, connx_GetDimensions(table, info, &shape, axes))
        return (type, shape.map { Int($0) })
    }

    private func readTexts(_ value: OpaquePointer, _ count: Int) throws(ONNXFault) -> TextRows {
        var texts = TextRows()
        guard count > 0 else { return texts }
        var length = 0
        try ONNXFault.check(library.table, connx_GetStringTensorDataLength(library.table, value, &length))
        texts.utf8 = [UInt8](repeating: 0, count: length)
        var starts = [Int](repeating: 0, count: count)
        try ONNXFault.check(
            library.table,
            connx_GetStringTensorContent(library.table, value, &texts.utf8, length, &starts, count)
        )
        for next in starts.dropFirst() { texts.ends.append(next) }
        texts.ends.append(length)
        return texts
    }
}
