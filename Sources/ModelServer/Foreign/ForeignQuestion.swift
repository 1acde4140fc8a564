import Base

/// The tensors of a request on their way to a worker.
struct ForeignQuestion: Sendable {
    /// What each of them is: name, datatype, shape and length.
    let tensors: [JSON]
    /// Their elements, one tensor behind the other.
    let elements: [UInt8]
    /// Whether they are the columns of a data frame.
    let isFrame: Bool

    /// Copies what the worker needs to know of a request.
    init(_ request: inout InferRequest) throws(RequestDefect) {
        (tensors, elements) = try request.rawTensors()
        isFrame = request.isDataFrame
    }
}
