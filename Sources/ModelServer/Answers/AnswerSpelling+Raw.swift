package import Net
package import Prediction

/// Answers as raw little-endian elements, BYTES each behind its length.
extension AnswerSpelling {
    /// How many bytes `writeRaw` appends.
    package func rawByteCount(of answer: borrowing Answer) -> Int {
        guard output.labels != nil else { return answer.numbers.count * (elementType.byteCount ?? 0) }
        if let size = elementType.byteCount { return answer.labels.count * size }
        return answer.labels.reduce(0) { $0 + classBytes.range(Int($1)).count }
    }

    /// Appends the elements row by row.
    package func writeRaw(_ answer: borrowing Answer, into body: inout OutBuffer) {
        guard output.labels != nil else { return writeRawNumbers(answer, &body) }
        classBytes.bytes.withUnsafeBytes { names in
            for label in answer.labels {
                body.append(UnsafeRawBufferPointer(rebasing: names[classBytes.range(Int(label))]))
            }
        }
    }

    private func writeRawNumbers(_ answer: borrowing Answer, _ body: inout OutBuffer) {
        switch elementType {
        case .float64: write(answer, &body) { $0.bitPattern.littleEndian }
        case .float32: write(answer, &body) { Float($0).bitPattern.littleEndian }
        case .float16: write(answer, &body) { Float16($0).bitPattern.littleEndian }
        case .bfloat16: write(answer, &body) { BFloat16.bits(Float($0)).littleEndian }
        case .bool: write(answer, &body) { $0 == 0 ? UInt8(0) : 1 }
        case .int8, .uint8: write(answer, &body) { UInt8(truncatingIfNeeded: AnswerSpelling.whole($0)) }
        case .int16, .uint16: write(answer, &body) { UInt16(truncatingIfNeeded: AnswerSpelling.whole($0)).littleEndian }
        case .int32, .uint32: write(answer, &body) { UInt32(truncatingIfNeeded: AnswerSpelling.whole($0)).littleEndian }
        case .int64, .uint64: write(answer, &body) { UInt64(truncatingIfNeeded: AnswerSpelling.whole($0)).littleEndian }
        case .bytes: break
        }
    }

    private static func whole(_ number: Double) -> Int64 { Int64(exactly: number.rounded(.towardZero)) ?? 0 }

    @inline(__always)
    private func write<Bits>(_ answer: borrowing Answer, _ body: inout OutBuffer, _ bits: (Double) -> Bits) {
        let size = MemoryLayout<Bits>.size
        let count = answer.numbers.count
        answer.numbers.withUnsafeBufferPointer { numbers in
            body.append(upTo: count * size) { target in
                for index in 0..<count {
                    target.storeBytes(of: bits(numbers[index]), toByteOffset: index * size, as: Bits.self)
                }
                return count * size
            }
        }
    }
}
