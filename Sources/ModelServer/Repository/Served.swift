import Python

/// A loaded model under the name by which clients ask for it, whatever it is that answers.
package enum Served: Sendable {
    /// Rows in, answered at once.
    case rows(ServedModel)
    /// Named tensors in.
    case tensors(ServedTensorModel)
    /// Anything in, answered later by the library that made the model.
    case foreign(ServedForeignModel)

    /// The name in paths and answers.
    package var name: String {
        switch self {
        case .rows(let model): model.name
        case .tensors(let model): model.name
        case .foreign(let model): model.name
        }
    }

    /// Why the model does not answer at the moment; nil where it does.
    var reasonForSilence: String? {
        switch self {
        case .rows, .tensors: nil
        case .foreign(let model): model.model.reasonForSilence
        }
    }
}
