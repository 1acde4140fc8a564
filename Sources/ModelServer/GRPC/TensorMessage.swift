import GRPC
import Prediction

/// Encode: an answer that is made of tensors as ModelInferResponse. Numbers are those of `inference.proto`.
extension TensorResponse {
    /// Writes the answer; elements go raw where the client wants them so, or where their type has no field.
    func write(id: String, into writer: inout ProtobufWriter) {
        writer.set(1, model)
        writer.set(2, version.name)
        writer.set(3, id)
        let isRaw = hasRaw || outputs.contains { $0.tensor.tensor.type.contentsField == nil }
        for output in outputs {
            writer.add(5) { message in
                message.set(1, output.tensor.name)
                message.set(2, output.tensor.tensor.type.datatype)
                message.add(3) { shape in
                    for length in output.tensor.tensor.shape { shape.append(varint: UInt64(length)) }
                }
                if isRaw {
                    TensorResponse.writeSize(output.tensor.tensor, &message)
                } else {
                    message.add(5) { TensorResponse.writeContents(output.tensor.tensor, &$0) }
                }
            }
        }
        guard isRaw else { return }
        for output in outputs {
            output.tensor.tensor.withRaw { writer.add(6, $0) }
        }
    }

    private static func writeSize(_ tensor: AnswerTensor, _ message: inout ProtobufWriter) {
        message.add(4) { parameter in
            parameter.add(1, "binary_data_size")
            parameter.add(2) { $0.add(2, Int64(tensor.rawByteCount)) }
        }
    }

    private static func writeContents(_ tensor: AnswerTensor, _ contents: inout ProtobufWriter) {
        guard let field = tensor.type.contentsField else { return }
        switch tensor.type {
        case .bytes: tensor.forEachText { contents.add(field, $0) }
        case .float32:
            contents.add(field) { run in tensor.forEachNumber { run.append(fixed: Float($0).bitPattern) } }
        case .float64:
            contents.add(field) { run in tensor.forEachNumber { run.append(fixed: $0.bitPattern) } }
        default:
            contents.add(field) { run in
                tensor.forEachInteger { run.append(varint: UInt64(bitPattern: $0)) }
            }
        }
    }
}

extension AnswerTensor {
    /// Lets `body` read the elements in raw form.
    fileprivate func withRaw(_ body: (UnsafeRawBufferPointer) -> Void) {
        guard case .texts = elements else { return withBytes(body) }
        var raw: [UInt8] = []
        forEachText { text in
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: text.count).littleEndian) { raw.append(contentsOf: $0) }
            raw.append(contentsOf: text)
        }
        raw.withUnsafeBytes(body)
    }
}
