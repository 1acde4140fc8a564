import Base
import GRPC
import Prediction

/// InferTensorContents: the elements of a tensor in the field that fits its datatype; other fields say nothing.
extension ElementType {
    /// The number of the field; nil for FP16 and BF16, which go as raw contents only.
    var contentsField: Int? {
        switch self {
        case .bool: 1
        case .int8, .int16, .int32: 2
        case .int64: 3
        case .uint8, .uint16, .uint32: 4
        case .uint64: 5
        case .float32: 6
        case .float64: 7
        case .bytes: 8
        case .float16, .bfloat16: nil
        }
    }
}

extension InferRequest {
    /// Reads the contents among the fields of an input into the request's stores.
    mutating func readContents(of tensor: InferTensor, from fields: ProtobufReader) throws -> InferTensor.Content {
        let (firstNumber, firstText) = (numbers.count, texts.ends.count)
        var fields = fields
        while let wanted = tensor.datatype.contentsField, let field = try fields.next() {
            guard case (5, .bytes(let contents)) = (field.number, field.value) else { continue }
            var reader = fields.nested(contents)
            while let element = try reader.next() {
                if element.number == wanted { try read(element.value, of: tensor, reader, firstText) }
            }
        }
        return tensor.datatype == .bytes
            ? .texts(firstText..<texts.ends.count) : .numbers(firstNumber..<numbers.count)
    }

    /// Reads one element, or a run of them.
    private mutating func read(
        _ value: ProtobufField.Value,
        of tensor: InferTensor,
        _ reader: ProtobufReader,
        _ firstText: Int
    ) throws {
        switch (tensor.datatype, value) {
        case (.bytes, .bytes(let text)):
            guard BodyCursor.isUTF8(text) else {
                throw RequestDefect("input \(called(tensor)): element \(texts.ends.count - firstText) is not UTF-8")
            }
            texts.utf8.append(contentsOf: text)
            texts.endRow()
        case (.float32, .fixed32(let bits)): numbers.append(Double(Float(bitPattern: bits)))
        case (.float64, .fixed64(let bits)): numbers.append(Double(bitPattern: bits))
        case (.float32, .bytes(let run)): try appendFixed(run, reader, UInt32.self) { Double(Float(bitPattern: $0)) }
        case (.float64, .bytes(let run)): try appendFixed(run, reader, UInt64.self) { Double(bitPattern: $0) }
        case (.bytes, _), (.float32, _), (.float64, _): break
        case (let type, .varint(let bits)): numbers.append(InferRequest.number(bits, type))
        case (let type, .bytes(let run)):
            var run = reader.nested(run)
            while let bits = try run.nextVarint() { numbers.append(InferRequest.number(bits, type)) }
        default: break
        }
    }

    /// What a varint says as an element of `type`.
    private static func number(_ bits: UInt64, _ type: ElementType) -> Double {
        switch type {
        case .bool: bits == 0 ? 0 : 1
        case .int8, .int16, .int32: Double(Int32(truncatingIfNeeded: bits))
        case .uint8, .uint16, .uint32: Double(UInt32(truncatingIfNeeded: bits))
        case .uint64: Double(bits)
        default: Double(Int64(bitPattern: bits))
        }
    }

    @inline(__always)
    private mutating func appendFixed<Bits: FixedWidthInteger>(
        _ run: UnsafeRawBufferPointer,
        _ reader: ProtobufReader,
        _: Bits.Type,
        _ number: (Bits) -> Double
    ) throws {
        let size = MemoryLayout<Bits>.size
        guard run.count % size == 0 else { throw reader.defect(.packed, in: run) }
        let start = numbers.count
        let count = run.count / size
        numbers.append(contentsOf: repeatElement(0, count: count))
        numbers.withUnsafeMutableBufferPointer { numbers in
            let target = UnsafeMutableBufferPointer(rebasing: numbers[start...])
            for index in 0..<count {
                target[index] = number(
                    Bits(littleEndian: run.loadUnaligned(fromByteOffset: index * size, as: Bits.self))
                )
            }
        }
    }
}
