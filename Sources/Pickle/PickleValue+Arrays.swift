package import Prediction

// Arrays as the neutral model wants them.
extension PickleValue {
    /// A numeric array, or a single number, row-major.
    package func tensor() throws(ModelDefect) -> Tensor {
        switch heap[ref] {
        case .float(let value): return Tensor(shape: [], values: [value])
        case .int(let value): return Tensor(shape: [], values: [Double(value)])
        case .array(let index): return try tensor(heap.arrays[Int(index)])
        default: throw defect("is \(kind), expected is an array of numbers")
        }
    }

    private func tensor(_ array: PickledArray) throws(ModelDefect) -> Tensor {
        let count = array.count
        try heap.spend(count, at: place)
        var values: [Double] = []
        if let read = array.element.reader, case .bytes(let bytes) = array.content {
            let size = Int(array.element.size)
            // Safe: the array's bytes are count × size.
            values = heap.bytes(bytes).withUnsafeBytes { bytes in (0..<count).map { read(bytes, $0 * size) } }
        } else {
            values.reserveCapacity(count)
            for index in 0..<count {
                guard let value = array.number(index, in: heap) else {
                    throw defect("is an array of \(array.element.code), expected are numbers")
                }
                values.append(value)
            }
        }
        if array.isColumnMajor, array.shape.count > 1 { values = PickleValue.rowMajor(values, array.shape) }
        return Tensor(shape: array.shape, values: values)
    }

    private static func rowMajor(_ values: [Double], _ shape: [Int]) -> [Double] {
        var strides: [Int] = []
        var stride = 1
        for axis in shape {
            strides.append(stride)
            stride *= axis
        }
        var position = [Int](repeating: 0, count: shape.count)
        return values.indices.map { _ in
            let value = values[zip(position, strides).reduce(0) { $0 + $1.0 * $1.1 }]
            for axis in shape.indices.reversed() {
                position[axis] += 1
                if position[axis] < shape[axis] { break }
                position[axis] = 0
            }
            return value
        }
    }

    /// One number for each of `count` columns; a single number stands for all of them.
    package func vector(_ count: Int) throws(ModelDefect) -> [Double] {
        let tensor = try tensor()
        if tensor.shape.isEmpty {
            try heap.spend(count, at: place)
            return [Double](repeating: tensor.values[0], count: count)
        }
        guard tensor.values.count == count else {
            throw defect("holds \(tensor.values.count) numbers, expected are \(count)")
        }
        return tensor.values
    }

    /// The names of classes.
    package func labels() throws(ModelDefect) -> Labels {
        guard case .array(let index) = heap[ref] else { return try objectLabels(elements()) }
        let array = heap.arrays[Int(index)]
        guard case .bytes = array.content else { return try objectLabels(elements()) }
        // A text costs its bytes, however many of them are filling.
        try heap.spend(array.count * max(1, Int(array.element.size) / 4), at: place)
        let indices = 0..<array.count
        switch array.element.kind {
        case UInt8(ascii: "U"): return .texts(indices.map { array.text($0, in: heap) })
        case UInt8(ascii: "b"): return .flags(indices.map { array.integer($0, in: heap) != 0 })
        case UInt8(ascii: "f"):
            return .numbers(try tensor().values)
        default:
            let integers = indices.compactMap { array.integer($0, in: heap) }
            guard integers.count == array.count else {
                throw defect("holds class names of type \(array.element.code), which are not read")
            }
            return .integers(integers, type: array.element.integerType)
        }
    }

    private func objectLabels(_ values: [PickleValue]) throws(ModelDefect) -> Labels {
        guard let first = values.first else { return .integers([]) }
        var texts: [String] = []
        var integers: [Int64] = []
        var flags: [Bool] = []
        for value in values {
            switch heap[value.ref] {
            case .text: texts.append(try value.text())
            case .int(let integer): integers.append(integer)
            case .bool(let flag): flags.append(flag)
            default: throw value.defect("is \(value.kind), expected is the name of a class")
            }
        }
        if texts.count == values.count { return .texts(texts) }
        if integers.count == values.count { return .integers(integers) }
        if flags.count == values.count { return .flags(flags) }
        throw first.defect("class names are of several types")
    }
}

extension PickledArray.Element {
    /// What integers of this kind and size are called.
    fileprivate var integerType: ElementType {
        switch (kind, size) {
        case (UInt8(ascii: "i"), 1): .int8
        case (UInt8(ascii: "i"), 2): .int16
        case (UInt8(ascii: "i"), 4): .int32
        case (UInt8(ascii: "u"), 1): .uint8
        case (UInt8(ascii: "u"), 2): .uint16
        case (UInt8(ascii: "u"), 4): .uint32
        case (UInt8(ascii: "u"), _): .uint64
        default: .int64
        }
    }
}
