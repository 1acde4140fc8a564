import Prediction

/// Elements become what their datatype says: raw bytes are read, numbers rounded as numpy rounds them.
extension InferRequest {
    /// Brings the elements of a tensor into the request's stores, checked against the tensor's datatype.
    mutating func settle(_ tensor: inout InferTensor) throws(RequestDefect) {
        switch tensor.content {
        case .raw(let bytes): tensor.content = try read(bytes, of: tensor)
        case .numbers(let range): try conform(range, to: tensor)
        case .texts: break
        }
    }

    /// Gives numbers that came as text the precision and range of the tensor's datatype.
    private mutating func conform(_ range: Range<Int>, to tensor: InferTensor) throws(RequestDefect) {
        switch tensor.datatype {
        case .float64, .bytes: return
        case .float32: for index in range { numbers[index] = Double(Float(numbers[index])) }
        case .float16: for index in range { numbers[index] = Double(Float16(numbers[index])) }
        case .bfloat16:
            for index in range { numbers[index] = Double(BFloat16.number(BFloat16.bits(Float(numbers[index])))) }
        case .bool: for index in range { numbers[index] = numbers[index] == 0 ? 0 : 1 }
        default:
            guard let allowed = tensor.datatype.wholeRange else { return }
            for index in range {
                let whole = numbers[index].rounded(.towardZero)
                guard allowed.contains(whole) else {
                    throw RequestDefect(
                        "\(JSONNumber.text(numbers[index])) is out of bounds for \(tensor.datatype.datatype): input "
                            + "\(called(tensor)), element \(index - range.lowerBound)"
                    )
                }
                numbers[index] = whole
            }
        }
    }

    private mutating func read(
        _ bytes: UnsafeRawBufferPointer,
        of tensor: InferTensor
    ) throws(RequestDefect) -> InferTensor.Content {
        guard let size = tensor.datatype.byteCount else { return try readTexts(bytes, of: tensor) }
        guard bytes.count % size == 0 else {
            throw RequestDefect(
                "buffer size must be a multiple of element size: input \(called(tensor)) of \(tensor.datatype.datatype)"
                    + " has \(bytes.count) bytes"
            )
        }
        let start = numbers.count
        append(bytes, as: tensor.datatype)
        return .numbers(start..<numbers.count)
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer, as type: ElementType) {
        switch type {
        case .bool: append(bytes, UInt8.self) { $0 == 0 ? 0 : 1 }
        case .uint8: append(bytes, UInt8.self) { Double($0) }
        case .int8: append(bytes, Int8.self) { Double($0) }
        case .uint16: append(bytes, UInt16.self) { Double(UInt16(littleEndian: $0)) }
        case .int16: append(bytes, Int16.self) { Double(Int16(littleEndian: $0)) }
        case .uint32: append(bytes, UInt32.self) { Double(UInt32(littleEndian: $0)) }
        case .int32: append(bytes, Int32.self) { Double(Int32(littleEndian: $0)) }
        case .uint64: append(bytes, UInt64.self) { Double(UInt64(littleEndian: $0)) }
        case .int64: append(bytes, Int64.self) { Double(Int64(littleEndian: $0)) }
        case .float16: append(bytes, UInt16.self) { Double(Float16(bitPattern: UInt16(littleEndian: $0))) }
        case .bfloat16: append(bytes, UInt16.self) { Double(BFloat16.number(UInt16(littleEndian: $0))) }
        case .float32: append(bytes, UInt32.self) { Double(Float(bitPattern: UInt32(littleEndian: $0))) }
        case .float64: append(bytes, UInt64.self) { Double(bitPattern: UInt64(littleEndian: $0)) }
        case .bytes: break
        }
    }

    @inline(__always)
    private mutating func append<Bits>(_ bytes: UnsafeRawBufferPointer, _: Bits.Type, _ number: (Bits) -> Double) {
        let start = numbers.count
        let count = bytes.count / MemoryLayout<Bits>.size
        numbers.append(contentsOf: repeatElement(0, count: count))
        numbers.withUnsafeMutableBufferPointer { numbers in
            let target = UnsafeMutableBufferPointer(rebasing: numbers[start...])
            for index in 0..<count {
                target[index] = number(
                    bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
                )
            }
        }
    }

    /// BYTES: every element behind its length, four bytes of it.
    private mutating func readTexts(
        _ bytes: UnsafeRawBufferPointer,
        of tensor: InferTensor
    ) throws(RequestDefect) -> InferTensor.Content {
        let first = texts.ends.count
        try texts.append(raw: bytes, input: called(tensor))
        return .texts(first..<texts.ends.count)
    }
}

extension TextRows {
    /// Adds elements of BYTES, each behind its length; `input` is what errors call where they are from.
    mutating func append(raw bytes: UnsafeRawBufferPointer, input: String) throws(RequestDefect) {
        let first = ends.count
        func endsEarly(_ at: Int) -> RequestDefect {
            RequestDefect("input \(input) of BYTES ends in the middle of the element at byte \(at)")
        }
        var at = 0
        while at < bytes.count {
            guard bytes.count - at >= 4 else { throw endsEarly(at) }
            let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
            guard bytes.count - at - 4 >= length else { throw endsEarly(at) }
            let text = UnsafeRawBufferPointer(rebasing: bytes[(at + 4)..<(at + 4 + length)])
            guard BodyCursor.isUTF8(text) else {
                throw RequestDefect("input \(input): element \(ends.count - first) is not UTF-8")
            }
            utf8.append(contentsOf: text)
            endRow()
            at += 4 + length
        }
    }
}
