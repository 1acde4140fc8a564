import Base
import CLinux
import Foundation
import ONNX
import Prediction

/// Path of a model among this room's fixtures.
func modelPath(_ name: String) -> String { Bundle.module.resourcePath! + "/Fixtures/models/\(name).onnx" }

/// Content of a model.
func modelBytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: modelPath(name))))
}

/// Loads a model from where it lies.
func loadModel(_ name: String, _ options: Model.Options = Model.Options()) throws -> TensorModel {
    try loadModel(modelBytes(name), path: modelPath(name), options)
}

/// Loads a model from content.
func loadModel(
    _ bytes: [UInt8],
    path: String? = nil,
    _ options: Model.Options = Model.Options()
) throws -> TensorModel {
    guard case .tensors(let load) = ModelFormat.onnx.loader else { throw ModelDefect(at: .member(""), what: "rows") }
    return try load(bytes, path, options)
}

/// Whether onnxruntime is on this machine; without it only what needs no library is tested.
let hasRuntime: Bool = {
    do {
        _ = try loadModel("scalar")
        return true
    } catch {
        return !"\(error)".contains("was not found")
    }
}()

// Tensors in the form of golden.json.
extension InputElements {
    /// Adds the elements of `{"type", "shape", "data"}`.
    mutating func add(_ tensor: JSON) {
        let type = tensor["type"].string ?? ""
        for element in tensor["data"].array ?? [] {
            switch type {
            case "bytes": texts.append(element.string ?? "")
            case "float32": add(Float(element.double ?? 0).bitPattern)
            case "float64": add((element.double ?? 0).bitPattern)
            case "float16", "bfloat16": add(UInt16(element.string ?? "", radix: 16) ?? 0)
            case "bool": add(UInt8(element.bool == true ? 1 : 0))
            case "int64": add(Int64(element.string ?? "") ?? 0)
            case "uint64": add(UInt64(element.string ?? "") ?? 0)
            case "int8", "uint8": add(UInt8(truncatingIfNeeded: element.int ?? 0))
            case "int16", "uint16": add(UInt16(truncatingIfNeeded: element.int ?? 0))
            default: add(UInt32(truncatingIfNeeded: element.int ?? 0))
            }
        }
    }

    private func add(_ bits: some FixedWidthInteger) {
        withUnsafeBytes(of: bits.littleEndian) { store.append($0) }
    }
}

extension InputTensor {
    /// Makes it the value of `{"type", …}`, `{"sequence": […]}` or `{"keys", "values"}`.
    mutating func set(_ value: JSON) {
        isGiven = true
        if let members = value["sequence"].array {
            shape = [members.count] + (members.first.map(InputTensor.shape) ?? [])
            for member in members { elements.add(member) }
        } else if value["keys"].object != nil {
            shape = InputTensor.shape(value["keys"])
            keys.add(value["keys"])
            elements.add(value["values"])
        } else {
            shape = InputTensor.shape(value)
            elements.add(value)
        }
    }

    private static func shape(_ tensor: JSON) -> [Int] {
        (tensor["shape"].array ?? []).compactMap { $0.int.map { Int($0) } }
    }
}

extension TensorValue {
    /// The value in the form of golden.json.
    var json: JSON {
        switch self {
        case .nothing: .null
        case .tensor(let tensor): tensor.json
        case .sequence(let tensors): .array(tensors.map(\.json))
        case .map(let map): map.json
        case .maps(let maps): .array(maps.map(\.json))
        }
    }
}

extension AnswerMap {
    var json: JSON { ["keys": keys.json, "values": values.json] }
}

extension AnswerTensor {
    var json: JSON { ["type": .string("\(type)"), "shape": .array(shape.map { JSON($0) }), "data": .array(data)] }

    private var data: [JSON] {
        switch type {
        case .bytes:
            guard case .texts(let texts) = elements else { return [] }
            return texts.ends.indices.map { .string(String(decoding: texts.utf8[texts.range($0)], as: UTF8.self)) }
        case .float32: return all { .double(Double(Float(bitPattern: $0))) }
        case .float64: return all { .double(Double(bitPattern: $0)) }
        case .float16, .bfloat16:
            return all { (bits: UInt16) in .string(String(Int(bits) + 0x10000, radix: 16).dropFirst().description) }
        case .bool: return all { (bits: UInt8) in .bool(bits != 0) }
        case .int64: return all { (number: Int64) in .string("\(number)") }
        case .uint64: return all { (number: UInt64) in .string("\(number)") }
        case .int8: return all { (number: Int8) in .int(Int64(number)) }
        case .uint8: return all { (number: UInt8) in .int(Int64(number)) }
        case .int16: return all { (number: Int16) in .int(Int64(number)) }
        case .uint16: return all { (number: UInt16) in .int(Int64(number)) }
        case .int32: return all { (number: Int32) in .int(Int64(number)) }
        case .uint32: return all { (number: UInt32) in .int(Int64(number)) }
        }
    }

    private func all<Element: BitwiseCopyable>(_ json: (Element) -> JSON) -> [JSON] {
        withBytes { bytes in
            (0..<bytes.count / MemoryLayout<Element>.size).map { index in
                json(bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Element>.size, as: Element.self))
            }
        }
    }
}
