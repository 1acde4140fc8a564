import Net
import Prediction

/// Tensors of an answer as JSON: nested lists, or elements one behind the other.
enum TensorSpelling {
    /// Appends a tensor as nested lists; one without an axis as its element.
    static func writeNested(_ tensor: AnswerTensor, into body: inout OutBuffer) {
        tensor.withBytes { bytes in
            write(tensor, bytes, tensor.shape[...], at: 0, into: &body)
        }
    }

    /// Appends one of the tensors along the first axis, which must be there.
    static func writeRow(_ row: Int, of tensor: AnswerTensor, into body: inout OutBuffer) {
        let inner = tensor.shape.dropFirst()
        let each = inner.reduce(1, *)
        tensor.withBytes { bytes in write(tensor, bytes, inner, at: row * each, into: &body) }
    }

    private static func write(
        _ tensor: AnswerTensor,
        _ bytes: UnsafeRawBufferPointer,
        _ shape: ArraySlice<Int>,
        at start: Int,
        into body: inout OutBuffer
    ) {
        guard let length = shape.first else { return writeElements(tensor, bytes, start..<start + 1, into: &body) }
        body.append(UInt8(ascii: "["))
        let inner = shape.dropFirst()
        if inner.isEmpty {
            writeElements(tensor, bytes, start..<start + length, into: &body)
        } else {
            let each = inner.reduce(1, *)
            for index in 0..<length {
                if index > 0 { body.append(UInt8(ascii: ",")) }
                write(tensor, bytes, inner, at: start + index * each, into: &body)
            }
        }
        body.append(UInt8(ascii: "]"))
    }
}

// Elements.
extension TensorSpelling {
    private static func writeElements(
        _ tensor: AnswerTensor,
        _ bytes: UnsafeRawBufferPointer,
        _ range: Range<Int>,
        into body: inout OutBuffer
    ) {
        switch tensor.type {
        case .bytes: writeTexts(tensor, range, into: &body)
        case .bool: each(bytes, range, UInt8.self, &body) { $0 == 0 ? $1.append("false") : $1.append("true") }
        case .float16:
            each(bytes, range, UInt16.self, &body) { JSONNumber.write(Double(Float16(bitPattern: $0)), into: &$1) }
        case .bfloat16:
            each(bytes, range, UInt16.self, &body) { JSONNumber.write(Double(BFloat16.number($0)), into: &$1) }
        case .float32:
            each(bytes, range, UInt32.self, &body) { JSONNumber.write(Double(Float(bitPattern: $0)), into: &$1) }
        case .float64: each(bytes, range, UInt64.self, &body) { JSONNumber.write(Double(bitPattern: $0), into: &$1) }
        case .int8: each(bytes, range, Int8.self, &body) { $1.append(decimal: Int($0)) }
        case .int16: each(bytes, range, Int16.self, &body) { $1.append(decimal: Int($0)) }
        case .int32: each(bytes, range, Int32.self, &body) { $1.append(decimal: Int($0)) }
        case .int64: each(bytes, range, Int64.self, &body) { $1.append(decimal: Int($0)) }
        case .uint8: each(bytes, range, UInt8.self, &body) { $1.append(decimal: Int($0)) }
        case .uint16: each(bytes, range, UInt16.self, &body) { $1.append(decimal: Int($0)) }
        case .uint32: each(bytes, range, UInt32.self, &body) { $1.append(decimal: Int($0)) }
        case .uint64: each(bytes, range, UInt64.self, &body) { $1.append($0.description) }
        }
    }

    @inline(__always)
    private static func each<Bits: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer,
        _ range: Range<Int>,
        _: Bits.Type,
        _ body: inout OutBuffer,
        _ write: (Bits, inout OutBuffer) -> Void
    ) {
        for index in range {
            if index > range.lowerBound { body.append(UInt8(ascii: ",")) }
            let bits = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
            write(Bits(littleEndian: bits), &body)
        }
    }

    private static func writeTexts(_ tensor: AnswerTensor, _ range: Range<Int>, into body: inout OutBuffer) {
        guard case .texts(let texts) = tensor.elements else { return }
        texts.utf8.withUnsafeBytes { utf8 in
            for index in range {
                if index > range.lowerBound { body.append(UInt8(ascii: ",")) }
                writeText(UnsafeRawBufferPointer(rebasing: utf8[texts.range(index)]), into: &body)
            }
        }
    }

    /// Whatever a model makes of texts, JSON holds UTF-8.
    private static func writeText(_ utf8: UnsafeRawBufferPointer, into body: inout OutBuffer) {
        if BodyCursor.isUTF8(utf8) { return JSONText.write(utf8, into: &body) }
        JSONText.write(String(decoding: utf8, as: UTF8.self), into: &body)
    }
}

// Maps.
extension TensorSpelling {
    /// Appends a map as an object.
    static func writeObject(_ map: AnswerMap, into body: inout OutBuffer) {
        body.append("{")
        map.keys.withBytes { keys in
            map.values.withBytes { values in
                for index in 0..<map.values.shape.reduce(1, *) {
                    if index > 0 { body.append(UInt8(ascii: ",")) }
                    // A key is a text, whatever it was.
                    let isText = map.keys.type == .bytes
                    if !isText { body.append("\"") }
                    writeElements(map.keys, keys, index..<index + 1, into: &body)
                    body.append(isText ? ":" : "\":")
                    writeElements(map.values, values, index..<index + 1, into: &body)
                }
            }
        }
        body.append("}")
    }
}
