import Base
import Prediction

/// From a request of version 2 to the tensors of a model, each under its own name.
extension InferRequest {
    /// Fills `batch` with the request's inputs; throws where they are not what the model takes.
    mutating func moveTensors(
        to batch: inout TensorBatch,
        of model: ServedTensorModel
    ) throws(RequestDefect) {
        batch.reset(inputs: model.inputs.count)
        for place in inputs.indices {
            let tensor = inputs[place]
            let index = try model.input(names[tensor.name], guess: place)
            guard !batch[index].isGiven else {
                throw RequestDefect("input \(called(tensor)) is given more than once")
            }
            try check(tensor, model.inputs[index])
            batch[index].isGiven = true
            batch[index].shape.append(contentsOf: dimensions[tensor.shape])
            try fill(&batch[index], with: tensor)
        }
        try model.check(batch)
    }

    /// The outputs that a client names, or all.
    func wantedOutputs(of model: ServedTensorModel) throws(RequestDefect) -> [Int] {
        guard !outputs.isEmpty else { return model.all }
        var wanted: [Int] = []
        for output in outputs {
            let name = names[output.name]
            guard let index = model.outputs.firstIndex(where: { $0.name.utf8.elementsEqual(name) }) else {
                throw RequestDefect(
                    "Unexpected inference output '\(text(output.name))' for model '\(model.name)': it answers "
                        + model.outputs.map { "'\($0.name)'" }.joined(separator: ", ")
                )
            }
            guard !wanted.contains(index) else {
                throw RequestDefect("output '\(text(output.name))' is asked for more than once")
            }
            wanted.append(index)
        }
        return wanted
    }

    private func check(_ tensor: InferTensor, _ input: TensorInput) throws(RequestDefect) {
        if case .map = input.kind {
            throw RequestDefect(
                "input '\(input.name)' is a map, which version 1 of the protocol carries and version 2 does not"
            )
        }
        let wanted = input.kind.elementType
        guard tensor.datatype == wanted else {
            throw RequestDefect(
                "input '\(input.name)' is of \(tensor.datatype.datatype), the model takes \(wanted.datatype)"
            )
        }
    }

    private func fill(_ input: inout InputTensor, with tensor: InferTensor) throws(RequestDefect) {
        guard let count = InputTensor.count(input.shape) else {
            throw RequestDefect("input \(called(tensor)) has shape \(input.shape), which is none")
        }
        if let unread = tensor.unread {
            try read(unread, into: &input, of: tensor)
        } else if case .raw(let bytes) = tensor.content {
            try read(bytes, into: &input.elements, of: tensor)
        }
        let found = tensor.datatype.byteCount.map { input.elements.bytes.count / $0 } ?? input.elements.texts.ends.count
        guard found == count else {
            throw RequestDefect(
                "input \(called(tensor)) has shape \(input.shape), which is \(count) elements, but \(found) are there"
            )
        }
    }

    /// Elements as they stand in JSON or in a message.
    private func read(
        _ unread: InferTensor.Unread,
        into input: inout InputTensor,
        of tensor: InferTensor
    ) throws(RequestDefect) {
        switch unread {
        case .json(let bytes):
            var reader = TensorReader(
                BodyCursor(bytes, allowsNonFinite: true),
                tensor.datatype,
                name: text(tensor.name)
            )
            _ = try reader.read(into: &input.elements)
        case .message(let bytes):
            try input.elements.read(ProtobufReader(bytes), tensor.datatype, called(tensor))
        }
    }

    /// Raw bytes are read where they lie.
    private func read(
        _ bytes: UnsafeRawBufferPointer,
        into elements: inout InputElements,
        of tensor: InferTensor
    ) throws(RequestDefect) {
        switch tensor.datatype {
        case .bytes: try elements.texts.append(raw: bytes, input: called(tensor))
        // Whatever is not 0 is true; the library that reads it counts on 1.
        case .bool:
            elements.store.append(bytes.count) { target in
                for index in bytes.indices {
                    target.storeBytes(of: bytes[index] == 0 ? 0 : 1, toByteOffset: index, as: UInt8.self)
                }
            }
        default:
            let size = tensor.datatype.byteCount ?? 1
            guard bytes.count % size == 0 else {
                throw RequestDefect("input \(called(tensor)) of \(tensor.datatype.datatype) has \(bytes.count) bytes")
            }
            elements.outside = bytes
        }
    }
}
