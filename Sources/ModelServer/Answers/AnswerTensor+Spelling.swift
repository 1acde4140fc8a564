import Net
import Prediction

/// How the elements of a tensor are spelt.
extension AnswerTensor {
    /// Bytes of the elements in raw form, texts each behind its length.
    var rawByteCount: Int {
        if case .texts(let texts) = elements { return texts.utf8.count + 4 * texts.ends.count }
        return withBytes(\.count)
    }

    /// Appends the elements in raw form.
    func writeRaw(into body: inout OutBuffer) {
        guard case .texts = elements else { return withBytes { body.append($0) } }
        forEachText { text in
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: text.count).littleEndian) { body.append($0) }
            body.append(text)
        }
    }

    /// Appends the elements as JSON values with commas between them.
    func writeJSON(into body: inout OutBuffer) {
        var isFirst = true
        func separate(_ body: inout OutBuffer) {
            if !isFirst { body.append(UInt8(ascii: ",")) }
            isFirst = false
        }
        switch type {
        case .bytes:
            forEachText {
                separate(&body)
                JSONText.write($0, into: &body)
            }
        case .bool:
            forEach(UInt8.self) {
                separate(&body)
                body.append($0 == 0 ? "false" : "true")
            }
        case .float16, .bfloat16, .float32, .float64:
            forEachNumber {
                separate(&body)
                JSONNumber.write($0, into: &body)
            }
        case .uint64:
            forEach(UInt64.self) {
                separate(&body)
                body.append(String(UInt64(littleEndian: $0)))
            }
        default:
            forEachInteger {
                separate(&body)
                body.append(decimal: Int($0))
            }
        }
    }

    /// Calls `body` with every element of a floating type.
    func forEachNumber(_ body: (Double) -> Void) {
        switch type {
        case .float16: forEach(UInt16.self) { body(Double(Float16(bitPattern: UInt16(littleEndian: $0)))) }
        case .bfloat16: forEach(UInt16.self) { body(Double(BFloat16.number(UInt16(littleEndian: $0)))) }
        case .float32: forEach(UInt32.self) { body(Double(Float(bitPattern: UInt32(littleEndian: $0)))) }
        case .float64: forEach(UInt64.self) { body(Double(bitPattern: UInt64(littleEndian: $0))) }
        default: break
        }
    }

    /// Calls `body` with every element of a type of whole numbers; those of UINT64 keep their bits.
    func forEachInteger(_ body: (Int64) -> Void) {
        switch type {
        case .bool, .uint8: forEach(UInt8.self) { body(Int64($0)) }
        case .int8: forEach(Int8.self) { body(Int64($0)) }
        case .uint16: forEach(UInt16.self) { body(Int64(UInt16(littleEndian: $0))) }
        case .int16: forEach(Int16.self) { body(Int64(Int16(littleEndian: $0))) }
        case .uint32: forEach(UInt32.self) { body(Int64(UInt32(littleEndian: $0))) }
        case .int32: forEach(Int32.self) { body(Int64(Int32(littleEndian: $0))) }
        case .uint64: forEach(UInt64.self) { body(Int64(bitPattern: UInt64(littleEndian: $0))) }
        case .int64: forEach(Int64.self) { body(Int64(littleEndian: $0)) }
        default: break
        }
    }

    /// Calls `body` with the UTF-8 of every text.
    func forEachText(_ body: (UnsafeRawBufferPointer) -> Void) {
        guard case .texts(let texts) = elements else { return }
        texts.utf8.withUnsafeBytes { bytes in
            for row in texts.ends.indices { body(UnsafeRawBufferPointer(rebasing: bytes[texts.range(row)])) }
        }
    }

    private func forEach<Bits>(_: Bits.Type, _ body: (Bits) -> Void) {
        withBytes { bytes in
            for offset in stride(from: 0, to: bytes.count, by: MemoryLayout<Bits>.size) {
                body(bytes.loadUnaligned(fromByteOffset: offset, as: Bits.self))
            }
        }
    }
}
