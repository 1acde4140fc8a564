package import GRPC
import Net
package import Prediction

/// Encode: writes a model's answer as ModelInferResponse. Numbers are those of `inference.proto`.
package struct InferMessageEncoder: ~Copyable {
    private var identifiers = RequestIdentifiers()
    /// Raw elements, or an id, on their way into the message.
    private var spelt = OutBuffer()

    package init() {}

    /// Writes the answer to `request`; throws where it names outputs that the model does not have.
    package mutating func write(
        _ answer: borrowing Answer,
        of model: ServedModel,
        to request: borrowing InferRequest,
        into writer: inout ProtobufWriter
    ) throws(RequestDefect) {
        for output in request.outputs where !request.isName(output.name, AnswerSpelling.tensorName) {
            throw RequestDefect("Unexpected inference output '\(request.text(output.name))' for model '\(model.name)'")
        }
        writer.set(1, model.name)
        writeID(request, &writer)
        let answers = model.answers
        guard request.wantsBinaryOutputs || answers.elementType.contentsField == nil else {
            return writer.add(5) { tensor in
                InferMessageEncoder.writeHead(answer, answers, &tensor)
                tensor.add(5) { InferMessageEncoder.writeContents(answer, answers, &$0) }
            }
        }
        spelt.truncate(0)
        answers.writeRaw(answer, into: &spelt)
        let count = spelt.count
        writer.add(5) { tensor in
            InferMessageEncoder.writeHead(answer, answers, &tensor)
            tensor.add(4) { parameter in
                parameter.add(1, "binary_data_size")
                parameter.add(2) { $0.add(2, Int64(count)) }
            }
        }
        writer.add(6, spelt.bytes)
        if count > GRPCLimits.keptBytesMax { spelt = OutBuffer() }
    }

    /// The client's id, or a new one.
    private mutating func writeID(_ request: borrowing InferRequest, _ writer: inout ProtobufWriter) {
        if let id = request.id {
            request.names[id].withUnsafeBytes { writer.set(3, $0) }
        } else {
            spelt.truncate(0)
            identifiers.write(into: &spelt)
            writer.set(3, spelt.bytes)
        }
    }
}

// Tensors.
extension InferMessageEncoder {
    private static func writeHead(
        _ answer: borrowing Answer,
        _ answers: AnswerSpelling,
        _ tensor: inout ProtobufWriter
    ) {
        tensor.set(1, AnswerSpelling.tensorName)
        tensor.set(2, answers.elementType.datatype)
        let rows = answers.rows(of: answer)
        tensor.add(3) { shape in
            shape.append(varint: UInt64(rows))
            if let columns = answers.columns { shape.append(varint: UInt64(columns)) }
        }
    }

    private static func writeContents(
        _ answer: borrowing Answer,
        _ answers: AnswerSpelling,
        _ contents: inout ProtobufWriter
    ) {
        guard let field = answers.elementType.contentsField else { return }
        switch answers.elementType {
        case .bytes: answers.forEachText(answer) { contents.add(field, $0) }
        case .float32:
            contents.add(field) { run in answers.forEachNumber(answer) { run.append(fixed: Float($0).bitPattern) } }
        case .float64:
            contents.add(field) { run in answers.forEachNumber(answer) { run.append(fixed: $0.bitPattern) } }
        case .bool:
            contents.add(field) { run in answers.forEachNumber(answer) { run.append(varint: $0 == 0 ? 0 : 1) } }
        default:
            contents.add(field) { run in
                answers.forEachInteger(answer) { run.append(varint: UInt64(bitPattern: $0)) }
            }
        }
    }
}
