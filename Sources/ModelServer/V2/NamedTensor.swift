import Base
import Prediction

/// A tensor of an answer with its name.
struct NamedTensor: @unchecked Sendable {
    // Safe: a tensor is not changed once it is made.
    let name: String
    let tensor: AnswerTensor
}

/// What the client of an inference wants to have: kept while its answer is worked out elsewhere.
struct TensorWishes: Sendable {
    /// The client's own id of the request; nil where it gives none.
    let id: [UInt8]?
    /// The outputs that it names, in its order; empty where it takes what there is.
    let outputs: [(name: String, isBinary: Bool)]
    /// Whether outputs are wanted as raw bytes, where none is named.
    let wantsBinary: Bool

    init(_ request: borrowing InferRequest) {
        id = request.id.map { Array(request.names[$0]) }
        outputs = request.outputs.map { (request.text($0.name), $0.isBinary) }
        wantsBinary = request.wantsBinaryOutputs
    }

    /// The tensors that the client gets, and whether as raw bytes; throws where it wants one that is not there.
    func pick(
        from tensors: [NamedTensor],
        model: String
    ) throws(RequestDefect) -> [(tensor: NamedTensor, isBinary: Bool)] {
        guard !outputs.isEmpty else { return tensors.map { ($0, wantsBinary) } }
        return try outputs.map { output throws(RequestDefect) in
            guard let tensor = tensors.first(where: { $0.name == output.name }) else {
                throw RequestDefect("Unexpected inference output '\(output.name)' for model '\(model)'")
            }
            return (tensor, output.isBinary)
        }
    }
}
