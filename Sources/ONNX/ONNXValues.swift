import CONNXRuntime
import Prediction

/// Values of onnxruntime's, let go of with this.
final class ONNXValues {
    let library: ONNXLibrary
    /// The values; nil where an optional output has none, or before there are any.
    var values: [OpaquePointer?] = []
    /// Parts of values, which the library hands out one by one.
    var parts: [OpaquePointer] = []

    init(_ library: ONNXLibrary) { self.library = library }

    deinit {
        for value in values { connx_ReleaseValue(library.table, value) }
        for part in parts { connx_ReleaseValue(library.table, part) }
    }
}

// From requests.
extension ONNXValues {
    /// Makes the value of an input; its elements are read where they lie, so the tensor must outlive it.
    func make(_ tensor: inout InputTensor, _ kind: TensorKind) throws(ONNXFault) -> OpaquePointer {
        switch kind {
        case .tensor(let type, _): return try makeTensor(&tensor.elements, type, tensor.shape)
        case .sequence(let type, _): return try makeSequence(&tensor.elements, type, tensor.shape)
        case .map(let keys, let values):
            let parts = [
                try keep(makeTensor(&tensor.keys, keys, tensor.shape)),
                try keep(makeTensor(&tensor.elements, values, tensor.shape)),
            ]
            return try join(parts, CONNX_TYPE_MAP)
        case .maps: throw ONNXFault("sequences of maps are not taken")
        }
    }

    private func keep(_ value: OpaquePointer) -> OpaquePointer {
        parts.append(value)
        return value
    }

    private func join(_ parts: [OpaquePointer?], _ type: Int) throws(ONNXFault) -> OpaquePointer {
        try ONNXFault.made(library.table) { made in
            connx_CreateValue(library.table, parts, parts.count, Int32(type), made)
        }
    }

    private func makeTensor(
        _ elements: inout InputElements,
        _ type: ElementType,
        _ shape: [Int]
    ) throws(ONNXFault) -> OpaquePointer {
        guard let size = type.byteCount else {
            return try makeTexts(elements.texts, 0..<elements.texts.ends.count, shape)
        }
        // What lies in a request's body may begin anywhere.
        if let start = elements.outside?.baseAddress, Int(bitPattern: start) % size != 0 { elements.keepBytes() }
        return try makeTensor(elements.bytes, type, shape)
    }

    private func makeTensor(
        _ bytes: UnsafeRawBufferPointer,
        _ type: ElementType,
        _ shape: some Collection<Int>
    ) throws(ONNXFault) -> OpaquePointer {
        let lengths = shape.map { Int64($0) }
        return try ONNXFault.made(library.table) { made in
            connx_CreateTensorWithDataAsOrtValue(
                library.table,
                library.memory,
                UnsafeMutableRawPointer(mutating: bytes.baseAddress),
                bytes.count,
                lengths,
                lengths.count,
                type.onnxCode,
                made
            )
        }
    }

    private func makeTexts(
        _ texts: TextRows,
        _ rows: Range<Int>,
        _ shape: some Collection<Int>
    ) throws(ONNXFault) -> OpaquePointer {
        let lengths = shape.map { Int64($0) }
        let value = try ONNXFault.made(library.table) { made in
            connx_CreateTensorAsOrtValue(
                library.table,
                library.allocator,
                lengths,
                lengths.count,
                ElementType.bytes.onnxCode,
                made
            )
        }
        do throws(ONNXFault) {
            for (index, row) in rows.enumerated() { try fill(value, index, texts, texts.range(row)) }
            return value
        } catch {
            connx_ReleaseValue(library.table, value)
            throw error
        }
    }

    private func fill(
        _ value: OpaquePointer,
        _ index: Int,
        _ texts: TextRows,
        _ range: Range<Int>
    ) throws(ONNXFault) {
        var room: UnsafeMutablePointer<CChar>?
        try ONNXFault.check(
            library.table,
            connx_GetResizedStringTensorElementBuffer(library.table, value, index, range.count, &room)
        )
        guard let room, !range.isEmpty else { return }
        texts.utf8.withUnsafeBytes { bytes in
            UnsafeMutableRawBufferPointer(start: room, count: range.count)
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
    }

    /// A sequence comes as one tensor, whose first axis counts the tensors of the sequence.
    private func makeSequence(
        _ elements: inout InputElements,
        _ type: ElementType,
        _ shape: [Int]
    ) throws(ONNXFault) -> OpaquePointer {
        guard let count = shape.first, count > 0 else { throw ONNXFault("a sequence needs one tensor at least") }
        let inner = shape.dropFirst()
        let each = inner.reduce(1, *)
        var members: [OpaquePointer?] = []
        for index in 0..<count {
            let rows = index * each..<(index + 1) * each
            guard let size = type.byteCount else {
                members.append(keep(try makeTexts(elements.texts, rows, inner)))
                continue
            }
            if let start = elements.outside?.baseAddress, Int(bitPattern: start) % size != 0 { elements.keepBytes() }
            let bytes = elements.bytes[rows.lowerBound * size..<rows.upperBound * size]
            members.append(keep(try makeTensor(UnsafeRawBufferPointer(rebasing: bytes), type, inner)))
        }
        return try join(members, CONNX_TYPE_SEQUENCE)
    }
}
