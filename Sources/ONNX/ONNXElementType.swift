import Prediction

/// ONNX's numbers of element types: `TensorProto.DataType`, which onnxruntime uses too.
extension ElementType {
    private static let onnxCodes: [(code: Int32, type: ElementType)] = [
        (1, .float32), (2, .uint8), (3, .int8), (4, .uint16), (5, .int16), (6, .int32), (7, .int64), (8, .bytes),
        (9, .bool), (10, .float16), (11, .float64), (12, .uint32), (13, .uint64), (16, .bfloat16),
    ]

    /// What ONNX calls types that no protocol of a model server carries.
    private static let otherNames: [Int32: String] = [
        14: "complex64", 15: "complex128", 17: "float8e4m3fn", 18: "float8e4m3fnuz", 19: "float8e5m2",
        20: "float8e5m2fnuz", 21: "uint4", 22: "int4", 23: "float4e2m1", 24: "float8e8m0", 25: "uint2", 26: "int2",
    ]

    /// The type of a number; nil where it is none that can be served.
    init?(onnx code: Int32) {
        guard let known = ElementType.onnxCodes.first(where: { $0.code == code }) else { return nil }
        self = known.type
    }

    /// The number of the type.
    var onnxCode: Int32 {
        // Safe: the table has every type.
        ElementType.onnxCodes.first { $0.type == self }?.code ?? 0
    }

    /// What a number that is no type here stands for.
    static func onnxName(_ code: Int32) -> String { otherNames[code] ?? "type \(code)" }
}
