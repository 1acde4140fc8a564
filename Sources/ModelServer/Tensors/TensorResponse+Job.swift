import Prediction

extension TensorResponse {
    /// The answer of a model of tensors; outputs without a value are left out. Throws where one cannot be told as a tensor.
    init(_ job: TensorJob, of model: ServedTensorModel, _ version: ModelVersion) throws(RequestDefect) {
        let request = job.request
        var outputs: [(tensor: NamedTensor, isBinary: Bool)] = []
        for (place, value) in job.answer.values.enumerated() {
            let output = model.outputs[job.wanted[place]]
            // An output for itself says how it is wanted, or the request for all.
            let isBinary = request.outputs.isEmpty ? request.wantsBinaryOutputs : request.outputs[place].isBinary
            guard let tensor = try value.flat(output) else { continue }
            outputs.append((NamedTensor(name: output.name, tensor: tensor), isBinary))
        }
        self.init(
            model: model.name,
            version: version,
            id: request.id.map { Array(request.names[$0]) },
            outputs: outputs
        )
    }
}
