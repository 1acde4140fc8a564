import Net
import Prediction

/// The body of a version 1 answer of a model of tensors.
///
/// `predictions` is what the one output holds. Several outputs are told row by row, an object with all of them for each,
/// where all have as many rows; else there is one object with all of them whole.
struct TensorV1Response {
    let model: ServedTensorModel
    let answer: TensorAnswer
    let version: ModelVersion

    /// Appends `{"predictions":[…]}`, with the version where there are several.
    func write(into body: inout OutBuffer) {
        body.append("{\"predictions\":")
        if model.told.count == 1, let value = answer.values.first {
            writeOnly(value, into: &body)
        } else {
            writeSeveral(into: &body)
        }
        version.endPredictions(&body)
    }

    /// Predictions are a list, whatever a model makes of it.
    private func writeOnly(_ value: TensorValue, into body: inout OutBuffer) {
        if case .maps(let maps) = value, model.model.told == .probabilities {
            return writeList(maps, into: &body) { TensorSpelling.writeNested($0.values, into: &$1) }
        }
        guard value.rows == nil else { return write(value, into: &body) }
        body.append("[")
        write(value, into: &body)
        body.append("]")
    }

    private func writeSeveral(into body: inout OutBuffer) {
        let counts = Set(answer.values.map { $0.rows ?? -1 })
        guard counts.count == 1, let rows = counts.first, rows >= 0 else {
            body.append("[{")
            for (index, value) in answer.values.enumerated() {
                writeName(index, into: &body)
                write(value, into: &body)
            }
            return body.append("}]")
        }
        writeList(0..<rows, into: &body) { row, body in
            body.append("{")
            for (index, value) in answer.values.enumerated() {
                writeName(index, into: &body)
                write(row, of: value, into: &body)
            }
            body.append("}")
        }
    }

    private func writeName(_ index: Int, into body: inout OutBuffer) {
        if index > 0 { body.append(UInt8(ascii: ",")) }
        JSONText.write(model.outputs[model.told[index]].name, into: &body)
        body.append(UInt8(ascii: ":"))
    }

    private func write(_ value: TensorValue, into body: inout OutBuffer) {
        switch value {
        case .nothing: body.append("null")
        case .tensor(let tensor): TensorSpelling.writeNested(tensor, into: &body)
        case .map(let map): TensorSpelling.writeObject(map, into: &body)
        case .sequence(let tensors): writeList(tensors, into: &body) { TensorSpelling.writeNested($0, into: &$1) }
        case .maps(let maps): writeList(maps, into: &body) { TensorSpelling.writeObject($0, into: &$1) }
        }
    }

    private func write(_ row: Int, of value: TensorValue, into body: inout OutBuffer) {
        switch value {
        case .tensor(let tensor): TensorSpelling.writeRow(row, of: tensor, into: &body)
        case .sequence(let tensors): TensorSpelling.writeNested(tensors[row], into: &body)
        case .maps(let maps): TensorSpelling.writeObject(maps[row], into: &body)
        case .nothing, .map: body.append("null")
        }
    }

    private func writeList<Element>(
        _ elements: some Sequence<Element>,
        into body: inout OutBuffer,
        _ write: (Element, inout OutBuffer) -> Void
    ) {
        body.append("[")
        var isFirst = true
        for element in elements {
            if !isFirst { body.append(UInt8(ascii: ",")) }
            isFirst = false
            write(element, &body)
        }
        body.append("]")
    }
}

extension TensorValue {
    /// How many rows the value has; nil where it is a single thing.
    fileprivate var rows: Int? {
        switch self {
        case .nothing, .map: nil
        case .tensor(let tensor): tensor.shape.first
        case .sequence(let tensors): tensors.count
        case .maps(let maps): maps.count
        }
    }
}
