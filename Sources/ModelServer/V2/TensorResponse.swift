import Net
import Prediction

/// The body of an inference's answer that is made of tensors: JSON, and behind it those that are wanted as raw bytes.
struct TensorResponse {
    let model: String
    let version: ModelVersion
    let id: [UInt8]?
    let outputs: [(tensor: NamedTensor, isBinary: Bool)]

    /// Whether any output goes out as raw bytes.
    var hasRaw: Bool { outputs.contains(where: \.isBinary) }

    /// Appends the body, its members in the order of KServe's server; how long its JSON is.
    func write(_ identifiers: inout RequestIdentifiers, into body: inout OutBuffer) -> Int {
        let start = body.count
        if hasRaw {
            body.append("{\"id\":")
            writeID(&identifiers, &body)
            body.append(",\"model_name\":")
            JSONText.write(model, into: &body)
            version.writeMember(into: &body)
            body.append(",\"outputs\":[")
        } else {
            body.append("{\"model_name\":")
            JSONText.write(model, into: &body)
            version.writeMember(into: &body)
            body.append(",\"id\":")
            writeID(&identifiers, &body)
            body.append(",\"parameters\":null,\"outputs\":[")
        }
        for (index, output) in outputs.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            write(output.tensor, isBinary: output.isBinary, &body)
        }
        body.append("]}")
        let length = body.count - start
        for output in outputs where output.isBinary { output.tensor.tensor.writeRaw(into: &body) }
        return length
    }

    private func writeID(_ identifiers: inout RequestIdentifiers, _ body: inout OutBuffer) {
        if let id {
            id.withUnsafeBytes { JSONText.write($0, into: &body) }
        } else {
            body.append(UInt8(ascii: "\""))
            identifiers.write(into: &body)
            body.append(UInt8(ascii: "\""))
        }
    }

    private func write(_ named: NamedTensor, isBinary: Bool, _ body: inout OutBuffer) {
        let tensor = named.tensor
        body.append("{\"name\":")
        JSONText.write(named.name, into: &body)
        body.append(",\"shape\":[")
        for (index, length) in tensor.shape.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            body.append(decimal: length)
        }
        body.append("],\"datatype\":\"")
        body.append(tensor.type.datatype)
        if isBinary {
            body.append("\",\"parameters\":{\"binary_data_size\":")
            body.append(decimal: tensor.rawByteCount)
            body.append("}}")
        } else {
            body.append(hasRaw ? "\",\"data\":[" : "\",\"parameters\":null,\"data\":[")
            tensor.writeJSON(into: &body)
            body.append("]}")
        }
    }
}
