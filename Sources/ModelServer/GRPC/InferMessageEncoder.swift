import GRPC
import Net
import Prediction

/// Encode: writes a model's answer as ModelInferResponse. Numbers are those of `inference.proto`.
struct InferMessageEncoder: ~Copyable {
    private var identifiers = RequestIdentifiers()
    /// Raw elements, or an id, on their way into the message.
    private var spelt = OutBuffer()

    /// Writes the answer to `request`; throws where it names outputs that the model does not have.
    mutating func write(
        _ answer: borrowing Answer,
        of model: ServedModel,
        _ version: ModelVersion,
        to request: borrowing InferRequest,
        into writer: inout ProtobufWriter
    ) throws(RequestDefect) {
        let answers = model.answers
        for output in request.outputs where answers.tensor(output, of: request) == nil {
            throw RequestDefect("Unexpected inference output '\(request.text(output.name))' for model '\(model.name)'")
        }
        writer.set(1, model.name)
        writer.set(2, version.name)
        writeID(request, &writer)
        // One answer goes out once, however often it is asked for.
        let count = answers.frame.isEmpty ? 1 : answers.tensorCount(for: request)
        var isRaw = request.wantsBinaryOutputs
        for index in 0..<count where !isRaw {
            let tensor = answers.tensor(at: index, for: request)
            isRaw = answers.type(tensor: tensor, answer).contentsField == nil
        }
        for index in 0..<count {
            write(answer, answers, answers.tensor(at: index, for: request), isRaw, &writer)
        }
        guard isRaw else { return }
        for index in 0..<count {
            spelt.truncate(0)
            answers.writeRaw(tensor: answers.tensor(at: index, for: request), answer, into: &spelt)
            writer.add(6, spelt.bytes)
        }
        if spelt.count > GRPCLimits.keptBytesMax { spelt = OutBuffer() }
    }

    private func write(
        _ answer: borrowing Answer,
        _ answers: AnswerSpelling,
        _ index: Int,
        _ isRaw: Bool,
        _ writer: inout ProtobufWriter
    ) {
        writer.add(5) { tensor in
            InferMessageEncoder.writeHead(answer, answers, index, &tensor)
            guard isRaw else { return tensor.add(5) { InferMessageEncoder.writeContents(answer, answers, index, &$0) } }
            let count = answers.rawByteCount(tensor: index, answer)
            tensor.add(4) { parameter in
                parameter.add(1, "binary_data_size")
                parameter.add(2) { $0.add(2, Int64(count)) }
            }
        }
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
        _ index: Int,
        _ tensor: inout ProtobufWriter
    ) {
        if answers.frame.isEmpty {
            tensor.set(1, AnswerSpelling.tensorName)
        } else {
            tensor.set(1, answers.frame[index].name)
        }
        tensor.set(2, answers.type(tensor: index, answer).datatype)
        let rows = answers.rows(of: answer)
        tensor.add(3) { shape in
            shape.append(varint: UInt64(rows))
            if let columns = answers.columns { shape.append(varint: UInt64(columns)) }
        }
    }

    private static func writeContents(
        _ answer: borrowing Answer,
        _ answers: AnswerSpelling,
        _ index: Int,
        _ contents: inout ProtobufWriter
    ) {
        let type = answers.type(tensor: index, answer)
        guard let field = type.contentsField else { return }
        switch type {
        case .bytes: answers.forEachText(tensor: index, answer) { contents.add(field, $0) }
        case .float32:
            contents.add(field) { run in
                answers.forEachNumber(tensor: index, answer) { run.append(fixed: Float($0).bitPattern) }
            }
        case .float64:
            contents.add(field) { run in
                answers.forEachNumber(tensor: index, answer) { run.append(fixed: $0.bitPattern) }
            }
        case .bool:
            contents.add(field) { run in
                answers.forEachNumber(tensor: index, answer) { run.append(varint: $0 == 0 ? 0 : 1) }
            }
        default:
            contents.add(field) { run in
                answers.forEachInteger(tensor: index, answer) { run.append(varint: UInt64(bitPattern: $0)) }
            }
        }
    }
}
