/// Bounds of what an ONNX model may ask for.
package enum ONNXLimits {
    /// Memory in bytes that all models of a process may use at once for what they work out.
    package static let workBytesMax = 4 << 30
    /// Bytes of all files beside a model that hold its weights.
    package static let externalBytesMax = 64 << 30
    /// Files beside a model that hold its weights.
    package static let externalFilesMax = 1 << 12
    /// Inputs, and outputs, of one model.
    package static let portsMax = 1 << 10
    /// Axes of a tensor.
    package static let axesMax = 64
    /// Bytes of a model and its weights up to which an answer is taken to need no thread of its own.
    package static let quickBytesMax = 1 << 20
    /// How long a request may be worked on by a model that is not of that kind.
    package static let runTimeMax = Duration.seconds(60)
    /// How deep graphs may be nested in a graph, and types in a type.
    package static let nestingMax = 32
    /// Elements of one answer, all its tensors together.
    package static let answerElementsMax = 1 << 25
}
