/// A model of named tensors of any rank, ready to answer; knows nothing of its file nor of the protocol it is asked by.
///
/// May be asked by several threads at once.
package protocol TensorPredictor: Sendable {
    /// What it takes.
    var inputs: [TensorInput] { get }
    /// What it answers.
    var outputs: [TensorOutput] { get }
    /// How many threads of its own it is to be asked on; 0 where an answer takes so little time that the thread which
    /// read the request may give it.
    var threads: Int { get }
    /// Answers the tensors of a request, those that are given being what `inputs` says; blocks until it is done.
    ///
    /// - Parameter wanted: which outputs are answered, as indices into `outputs`; others need not be worked out.
    func predict(
        _ batch: inout TensorBatch,
        outputs wanted: [Int],
        into answer: inout TensorAnswer
    ) throws(PredictionFault)
}

/// Why a model gave no answer.
package struct PredictionFault: Error, Equatable, CustomStringConvertible {
    /// Whose fault it is.
    package enum Kind: Equatable, Sendable {
        /// What was sent does not fit the model.
        case input
        /// It went wrong inside.
        case failed
        /// Nobody is there who could answer now.
        case unavailable
    }

    /// Whose fault it is.
    package let kind: Kind
    /// What to tell the client.
    package let what: String

    package init(_ kind: Kind, _ what: String) {
        self.kind = kind
        self.what = what
    }

    package var description: String { what }
}
