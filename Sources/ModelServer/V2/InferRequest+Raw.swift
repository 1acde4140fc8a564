import Base
import Prediction

/// From a request of version 2 to tensors of raw elements, as workers take them.
extension InferRequest {
    /// What the tensors are (name, datatype, shape, bytes), and their elements one tensor behind the other.
    mutating func rawTensors() throws(RequestDefect) -> (tensors: [JSON], elements: [UInt8]) {
        guard !inputs.isEmpty else { throw RequestDefect("Expected at least one tensor in \"inputs\"") }
        var heads: [JSON] = []
        var elements: [UInt8] = []
        for index in inputs.indices {
            let start = elements.count
            try appendRaw(inputs[index], to: &elements)
            heads.append([
                "name": .string(text(inputs[index].name)),
                "datatype": .string(inputs[index].datatype.datatype.description),
                "shape": .array(dimensions[inputs[index].shape].map { .int(Int64($0)) }),
                "bytes": .int(Int64(elements.count - start)),
            ])
        }
        return (heads, elements)
    }

    private mutating func appendRaw(_ tensor: InferTensor, to elements: inout [UInt8]) throws(RequestDefect) {
        switch tensor.content {
        case .raw(let bytes): elements.append(contentsOf: bytes)
        case .texts(let range):
            for row in range {
                InferRequest.append(UInt32(truncatingIfNeeded: texts.range(row).count), to: &elements)
                elements.append(contentsOf: texts.utf8[texts.range(row)])
            }
        case .numbers(let range):
            var settled = tensor
            try settle(&settled)
            for number in numbers[range] { InferRequest.append(number, as: tensor.datatype, to: &elements) }
        }
    }

    /// The number is within the type's range.
    private static func append(_ number: Double, as type: ElementType, to elements: inout [UInt8]) {
        switch type {
        case .bool: append(UInt8(number == 0 ? 0 : 1), to: &elements)
        case .uint8: append(UInt8(number), to: &elements)
        case .uint16: append(UInt16(number), to: &elements)
        case .uint32: append(UInt32(number), to: &elements)
        case .uint64: append(UInt64(number), to: &elements)
        case .int8: append(Int8(number), to: &elements)
        case .int16: append(Int16(number), to: &elements)
        case .int32: append(Int32(number), to: &elements)
        case .int64: append(Int64(number), to: &elements)
        case .float16: append(Float16(number).bitPattern, to: &elements)
        case .bfloat16: append(BFloat16.bits(Float(number)), to: &elements)
        case .float32: append(Float(number).bitPattern, to: &elements)
        case .float64: append(number.bitPattern, to: &elements)
        // Numbers that come as BYTES are texts of theirs.
        case .bytes:
            let text = Array(JSONNumber.text(number).utf8)
            append(UInt32(truncatingIfNeeded: text.count), to: &elements)
            elements.append(contentsOf: text)
        }
    }

    private static func append(_ bits: some FixedWidthInteger, to elements: inout [UInt8]) {
        withUnsafeBytes(of: bits.littleEndian) { elements.append(contentsOf: $0) }
    }
}
