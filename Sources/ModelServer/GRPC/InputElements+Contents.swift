import Base
import Prediction

/// InferTensorContents as elements: the field that fits the datatype; other fields say nothing.
extension InputElements {
    /// Adds the contents that are among the fields of an input; `name` is what errors call it.
    mutating func read(_ fields: ProtobufReader, _ type: ElementType, _ name: String) throws(RequestDefect) {
        do {
            var fields = fields
            while let wanted = type.contentsField, let field = try fields.next() {
                guard case (5, .bytes(let contents)) = (field.number, field.value) else { continue }
                var reader = fields.nested(contents)
                while let element = try reader.next() {
                    if element.number == wanted { try read(element.value, type, reader, name) }
                }
            }
        } catch let defect as RequestDefect {
            throw defect
        } catch {
            throw RequestDefect("input \(name): \(error)")
        }
    }

    private mutating func read(
        _ value: ProtobufField.Value,
        _ type: ElementType,
        _ reader: ProtobufReader,
        _ name: String
    ) throws {
        switch (type, value) {
        case (.bytes, .bytes(let text)):
            guard BodyCursor.isUTF8(text) else {
                throw RequestDefect("input \(name): element \(texts.ends.count) is not UTF-8")
            }
            texts.utf8.append(contentsOf: text)
            texts.endRow()
        case (.float32, .fixed32(let bits)): append(bits)
        case (.float64, .fixed64(let bits)): append(bits)
        case (.float32, .bytes(let run)), (.float64, .bytes(let run)):
            guard run.count % (type.byteCount ?? 1) == 0 else { throw reader.defect(.packed, in: run) }
            store.append(run)
        case (.bytes, _), (.float32, _), (.float64, _): break
        case (_, .varint(let bits)): try append(varint: bits, type, name)
        case (_, .bytes(let run)):
            var run = reader.nested(run)
            while let bits = try run.nextVarint() { try append(varint: bits, type, name) }
        default: break
        }
    }

    /// What a varint says: of signed types the number as 64 bits.
    private func append(varint bits: UInt64, _ type: ElementType, _ name: String) throws(RequestDefect) {
        let number: WholeNumber
        switch type {
        case .bool: return append(UInt8(bits == 0 ? 0 : 1))
        case .int8, .int16, .int32: number = WholeNumber(Int64(Int32(truncatingIfNeeded: bits)))
        case .uint8, .uint16, .uint32: number = WholeNumber(Int64(UInt32(truncatingIfNeeded: bits)))
        case .uint64: number = WholeNumber(isNegative: false, magnitude: bits)
        default: number = WholeNumber(Int64(bitPattern: bits))
        }
        guard append(number, as: type) else {
            throw RequestDefect("input \(name) has an element that is out of bounds for \(type.datatype)")
        }
    }
}
