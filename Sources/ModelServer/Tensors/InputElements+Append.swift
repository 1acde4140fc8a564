import Prediction

extension ElementType {
    /// Whether elements are numbers with a fraction.
    var isFloating: Bool {
        switch self {
        case .float16, .bfloat16, .float32, .float64: true
        default: false
        }
    }
}

/// Elements of a fixed size from what the protocols bring.
extension InputElements {
    /// Adds one element by its bits.
    @inline(__always)
    func append(_ bits: some FixedWidthInteger) {
        store.append(MemoryLayout.size(ofValue: bits)) { $0.storeBytes(of: bits.littleEndian, as: type(of: bits)) }
    }

    /// Adds numbers, rounded to what the type holds; for types with a fraction.
    func append(_ numbers: [Double], as type: ElementType) {
        switch type {
        case .float64: append(numbers) { $0.bitPattern }
        case .float32: append(numbers) { Float($0).bitPattern }
        case .float16: append(numbers) { Float16($0).bitPattern }
        case .bfloat16: append(numbers) { BFloat16.bits(Float($0)) }
        default: break
        }
    }

    @inline(__always)
    private func append<Bits: FixedWidthInteger>(_ numbers: [Double], _ bits: (Double) -> Bits) {
        let size = MemoryLayout<Bits>.size
        store.append(numbers.count * size) { target in
            for index in numbers.indices {
                target.storeBytes(of: bits(numbers[index]).littleEndian, toByteOffset: index * size, as: Bits.self)
            }
        }
    }

    /// Adds a whole number; false where the type does not hold it, or no whole numbers.
    func append(_ number: WholeNumber, as type: ElementType) -> Bool {
        switch type {
        case .int8: append(number, Int8.self)
        case .int16: append(number, Int16.self)
        case .int32: append(number, Int32.self)
        case .int64: append(number, Int64.self)
        case .uint8: append(number, UInt8.self)
        case .uint16: append(number, UInt16.self)
        case .uint32: append(number, UInt32.self)
        case .uint64: append(number, UInt64.self)
        case .bool, .float16, .bfloat16, .float32, .float64, .bytes: false
        }
    }

    @inline(__always)
    private func append<Number: FixedWidthInteger>(_ number: WholeNumber, _: Number.Type) -> Bool {
        guard let exact = number.asType(Number.self) else { return false }
        append(exact)
        return true
    }
}
