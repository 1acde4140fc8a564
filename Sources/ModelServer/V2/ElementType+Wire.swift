package import Prediction

/// How version 2 of the protocol names element types, and what they hold.
extension ElementType {
    /// The type's name.
    package var datatype: StaticString {
        switch self {
        case .bool: "BOOL"
        case .uint8: "UINT8"
        case .uint16: "UINT16"
        case .uint32: "UINT32"
        case .uint64: "UINT64"
        case .int8: "INT8"
        case .int16: "INT16"
        case .int32: "INT32"
        case .int64: "INT64"
        case .float16: "FP16"
        case .bfloat16: "BF16"
        case .float32: "FP32"
        case .float64: "FP64"
        case .bytes: "BYTES"
        }
    }

    /// The least and the greatest whole number of the type as doubles; nil for types that are not whole numbers.
    var wholeRange: ClosedRange<Double>? {
        switch self {
        case .uint8: 0...255
        case .uint16: 0...65_535
        case .uint32: 0...4_294_967_295
        case .uint64: 0...0x1.fffffffffffffp63
        case .int8: -128...127
        case .int16: -32_768...32_767
        case .int32: -2_147_483_648...2_147_483_647
        case .int64: -0x1p63...0x1.fffffffffffffp62
        case .bool, .float16, .bfloat16, .float32, .float64, .bytes: nil
        }
    }

    /// The type of that name, in letters of either size; nil for a name that is none.
    package init?(datatype name: UnsafeRawBufferPointer) {
        for type in ElementType.allCases where type.isCalled(name) {
            self = type
            return
        }
        return nil
    }

    private func isCalled(_ name: UnsafeRawBufferPointer) -> Bool {
        let own = datatype
        guard own.utf8CodeUnitCount == name.count else { return false }
        for index in 0..<name.count {
            let byte = name[index]
            let capital = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") ? byte & 0xDF : byte
            guard capital == own.utf8Start[index] else { return false }
        }
        return true
    }
}
