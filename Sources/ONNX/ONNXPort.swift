import Base
import Prediction

/// An input or output as the file declares it (onnx.proto, ValueInfoProto).
struct ONNXPort {
    let name: String
    private let type: ProtobufReader?

    init(_ message: ProtobufReader, _ role: String) throws {
        var message = message
        var (name, type) = ("", ProtobufReader?.none)
        while let field = try message.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let text)): name = try message.string(text)
            case (2, .bytes(let bytes)): type = message.nested(bytes)
            default: break
            }
        }
        // The library takes names as C's strings, which end at the first 0.
        guard !name.isEmpty, !name.utf8.contains(0) else {
            throw ModelDefect(at: .member("graph"), what: "has an \(role) of no proper name")
        }
        (self.name, self.type) = (name, type)
    }

    /// What stands there; `role` is what to call it in an error.
    func kind(_ role: String) throws -> TensorKind {
        let place = ModelDefect.Place.member("\(role) '\(name)'")
        guard let type else { throw ModelDefect(at: place, what: "names no type") }
        return try ONNXPort.kind(type, place, depth: 0)
    }

    /// TypeProto, one of whose fields is there.
    private static func kind(_ message: ProtobufReader, _ place: ModelDefect.Place, depth: Int) throws -> TensorKind {
        guard depth < ONNXLimits.nestingMax else { throw ModelDefect(at: place, what: "has a type nested too deep") }
        var message = message
        while let field = try message.next() {
            guard case .bytes(let bytes) = field.value else { continue }
            let inner = message.nested(bytes)
            switch field.number {
            case 1: return try tensor(inner, place)
            case 4: return try sequence(inner, place, depth)
            case 5: return try map(inner, place, depth)
            case 7: throw ModelDefect(at: place, what: "has an opaque type, which is not served")
            case 8: throw ModelDefect(at: place, what: "is a sparse tensor, which is not served")
            case 9: return try element(of: inner, place, depth)
            default: continue
            }
        }
        throw ModelDefect(at: place, what: "names no type")
    }

    private static func tensor(_ message: ProtobufReader, _ place: ModelDefect.Place) throws -> TensorKind {
        var message = message
        var type: ElementType?
        var shape: [Int]?
        while let field = try message.next() {
            switch (field.number, field.value) {
            case (1, .varint(let code)): type = try elementType(code, place)
            case (2, .bytes(let bytes)): shape = try lengths(message.nested(bytes), place)
            default: break
            }
        }
        guard let type else { throw ModelDefect(at: place, what: "names no element type") }
        return .tensor(type, shape: shape)
    }

    private static func elementType(_ code: UInt64, _ place: ModelDefect.Place) throws(ModelDefect) -> ElementType {
        let code = Int32(truncatingIfNeeded: code)
        if let type = ElementType(onnx: code) { return type }
        throw ModelDefect(at: place, what: "has elements of \(ElementType.onnxName(code)), which are not served")
    }

    private static func lengths(_ message: ProtobufReader, _ place: ModelDefect.Place) throws -> [Int] {
        var message = message
        var shape: [Int] = []
        while let field = try message.next() {
            guard case (1, .bytes(let bytes)) = (field.number, field.value) else { continue }
            guard shape.count < ONNXLimits.axesMax else {
                throw ModelDefect(at: place, what: "has more than \(ONNXLimits.axesMax) axes")
            }
            var dimension = message.nested(bytes)
            var length = -1
            while let part = try dimension.next() {
                if case (1, .varint(let value)) = (part.number, part.value) { length = Int(truncatingIfNeeded: value) }
            }
            shape.append(max(-1, length))
        }
        return shape
    }
}

// Types made of types.
extension ONNXPort {
    private static func element(
        of message: ProtobufReader,
        _ place: ModelDefect.Place,
        _ depth: Int
    ) throws -> TensorKind {
        var message = message
        while let field = try message.next() {
            if case (1, .bytes(let bytes)) = (field.number, field.value) {
                return try kind(message.nested(bytes), place, depth: depth + 1)
            }
        }
        throw ModelDefect(at: place, what: "names no element type")
    }

    private static func sequence(
        _ message: ProtobufReader,
        _ place: ModelDefect.Place,
        _ depth: Int
    ) throws -> TensorKind {
        switch try element(of: message, place, depth) {
        case .tensor(let type, let shape): return .sequence(type, shape: shape)
        case .map(let keys, let values): return .maps(keys: keys, values: values)
        case .sequence, .maps: throw ModelDefect(at: place, what: "is a sequence of sequences, which is not served")
        }
    }

    private static func map(_ message: ProtobufReader, _ place: ModelDefect.Place, _ depth: Int) throws -> TensorKind {
        var message = message
        var keys: ElementType?
        var values: TensorKind?
        while let field = try message.next() {
            switch (field.number, field.value) {
            case (1, .varint(let code)): keys = try elementType(code, place)
            case (2, .bytes(let bytes)): values = try kind(message.nested(bytes), place, depth: depth + 1)
            default: break
            }
        }
        guard let keys, keys == .bytes || keys == .int64, case .tensor(let type, _)? = values else {
            throw ModelDefect(at: place, what: "is a map of another kind than texts or int64 to numbers")
        }
        return .map(keys: keys, values: type)
    }
}
