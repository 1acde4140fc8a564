import Prediction

/// What an ONNX file says of itself (onnx.proto, ModelProto), read without the library that runs it.
struct ONNXFile {
    /// Version of the file's own form.
    var irVersion: Int64 = 0
    /// The program that wrote it.
    var producer = ""
    /// The version of that program.
    var producerVersion = ""
    /// The sets of operators that it uses, each with its version.
    var operatorSets: [String] = []
    /// What its graph is called.
    var graphName = ""
    /// Nodes of the graph, those of graphs inside it not counted.
    var nodes = 0
    /// Whether an operator is among them that can take long, or for ever, however small the file is.
    var mayTakeLong = false
    /// What else the writer says.
    var remarks: [(key: String, value: String)] = []
    /// What a request has to bring, or may bring.
    var inputs: [TensorInput] = []
    /// What is answered.
    var outputs: [TensorOutput] = []
    /// Files that hold weights, as the model names them.
    var externalFiles: Set<String> = []
}

extension ONNXFile {
    /// Longest remark that is worth showing.
    private static let shownRemarkMax = 200

    /// What can be told of the model.
    var description: ModelDescription {
        var parameters = [
            EstimatorOutline.Parameter("operators", operatorSets.joined(separator: ", ")),
            EstimatorOutline.Parameter("ir_version", "\(irVersion)"),
            EstimatorOutline.Parameter("nodes", "\(nodes)"),
        ]
        for remark in remarks where remark.value.utf8.count <= ONNXFile.shownRemarkMax {
            parameters.append(EstimatorOutline.Parameter(remark.key, remark.value))
        }
        return ModelDescription(
            format: "ONNX",
            library: producer.isEmpty ? "unknown" : producer,
            version: producerVersion.isEmpty ? nil : producerVersion,
            estimator: EstimatorOutline(type: graphName.isEmpty ? "graph" : graphName, parameters: parameters)
        )
    }
}
