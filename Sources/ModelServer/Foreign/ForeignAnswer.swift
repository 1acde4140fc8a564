import Base
import Prediction

/// The tensors of a worker's answer.
enum ForeignAnswer {
    /// Reads what a worker says of its tensors and takes their elements, which lie one tensor behind the other. Throws where
    /// that does not fit together.
    static func tensors(_ heads: [JSON], _ elements: [UInt8]) throws(PredictionFault) -> [NamedTensor] {
        var rest = elements[...]
        var tensors: [NamedTensor] = []
        for head in heads {
            guard let name = head["name"].string, let datatype = head["datatype"].string,
                let type = Array(datatype.utf8).withUnsafeBytes(ElementType.init(datatype:)),
                let shape = head["shape"].array?.compactMap(\.int), let count = InputTensor.count(shape),
                let bytes = head["bytes"].int, 0...rest.count ~= bytes,
                let content = self.elements(Array(rest.prefix(bytes)), of: type, count)
            else {
                throw PredictionFault(.failed, "The model's Python worker answers a tensor that is none: \(head.text)")
            }
            rest = rest.dropFirst(bytes)
            let tensor = AnswerTensor(type: type, shape: shape, elements: content)
            tensors.append(NamedTensor(name: name, tensor: tensor))
        }
        return tensors
    }

    /// Nil where there are not as many elements as the shape asks for.
    private static func elements(_ bytes: [UInt8], of type: ElementType, _ count: Int) -> AnswerTensor.Elements? {
        if let size = type.byteCount { return bytes.count == count * size ? .bytes(bytes) : nil }
        var texts = TextRows()
        var at = 0
        while bytes.count - at >= 4 {
            let length = bytes.withUnsafeBytes {
                Int(UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
            }
            at += 4
            guard bytes.count - at >= length else { return nil }
            texts.utf8.append(contentsOf: bytes[at..<at + length])
            texts.endRow()
            at += length
        }
        return at == bytes.count && texts.ends.count == count ? .texts(texts) : nil
    }
}
