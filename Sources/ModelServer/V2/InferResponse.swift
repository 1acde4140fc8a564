import Net
import Prediction

/// The body of an inference's answer: JSON, and behind it the outputs that are wanted as raw bytes.
struct InferResponse {
    private let model: ServedModel
    private let version: ModelVersion
    /// Whether any output goes out as raw bytes.
    let hasRaw: Bool

    /// Throws where an output is wanted that the model does not have.
    init(
        _ request: borrowing InferRequest,
        of model: ServedModel,
        _ version: ModelVersion
    ) throws(RequestDefect) {
        self.model = model
        self.version = version
        var anyRaw = false
        for output in request.outputs {
            guard model.answers.tensor(output, of: request) != nil else {
                throw RequestDefect(
                    "Unexpected inference output '\(request.text(output.name))' for model '\(model.name)'"
                )
            }
            anyRaw = anyRaw || output.isBinary
        }
        hasRaw = request.outputs.isEmpty ? request.wantsBinaryOutputs : anyRaw
    }

    /// Appends the body, its members in the order of KServe's server; how long its JSON is.
    func write(
        _ request: borrowing InferRequest,
        _ answer: borrowing Answer,
        _ identifiers: inout RequestIdentifiers,
        into body: inout OutBuffer
    ) -> Int {
        let start = body.count
        if hasRaw {
            body.append("{\"id\":")
            writeID(request, &identifiers, &body)
            body.append(",\"model_name\":")
            JSONText.write(model.name, into: &body)
            version.writeMember(into: &body)
            body.append(",\"outputs\":[")
        } else {
            body.append("{\"model_name\":")
            JSONText.write(model.name, into: &body)
            version.writeMember(into: &body)
            body.append(",\"id\":")
            writeID(request, &identifiers, &body)
            body.append(",\"parameters\":null,\"outputs\":[")
        }
        let answers = model.answers
        let count = answers.tensorCount(for: request)
        for index in 0..<count {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            writeOutput(answer, answers.tensor(at: index, for: request), isRaw(index, request), &body)
        }
        body.append("]}")
        let length = body.count - start
        for index in 0..<count where isRaw(index, request) {
            answers.writeRaw(tensor: answers.tensor(at: index, for: request), answer, into: &body)
        }
        return length
    }

    /// An output for itself says how it is wanted, or the request for all.
    private func isRaw(_ index: Int, _ request: borrowing InferRequest) -> Bool {
        request.outputs.isEmpty ? request.wantsBinaryOutputs : request.outputs[index].isBinary
    }

    private func writeID(
        _ request: borrowing InferRequest,
        _ identifiers: inout RequestIdentifiers,
        _ body: inout OutBuffer
    ) {
        if let id = request.id {
            request.names.withUnsafeBytes { JSONText.write(UnsafeRawBufferPointer(rebasing: $0[id]), into: &body) }
        } else {
            body.append(UInt8(ascii: "\""))
            identifiers.write(into: &body)
            body.append(UInt8(ascii: "\""))
        }
    }

    private func writeOutput(_ answer: borrowing Answer, _ tensor: Int, _ isRaw: Bool, _ body: inout OutBuffer) {
        let answers = model.answers
        body.append("{\"name\":")
        answers.writeName(tensor: tensor, into: &body)
        body.append(",\"shape\":[")
        body.append(decimal: answers.rows(of: answer))
        if let columns = answers.columns {
            body.append(UInt8(ascii: ","))
            body.append(decimal: columns)
        }
        body.append("],\"datatype\":\"")
        body.append(answers.type(tensor: tensor, answer).datatype)
        if isRaw {
            body.append("\",\"parameters\":{\"binary_data_size\":")
            body.append(decimal: answers.rawByteCount(tensor: tensor, answer))
            body.append("}}")
        } else {
            body.append(hasRaw ? "\",\"data\":[" : "\",\"parameters\":null,\"data\":[")
            answers.writeJSON(tensor: tensor, answer, into: &body)
            body.append("]}")
        }
    }
}
