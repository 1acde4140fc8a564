/// Why the store did not do what it was asked.
package enum StoreFault: Error, Equatable, CustomStringConvertible {
    /// The object that should be new is there already.
    case exists
    /// The object that should be changed is not there.
    case missing
    /// The object is not in the state that the writer saw.
    case changed
    /// The data folder or its database cannot be used.
    case unusable(String)
    /// The store has been closed.
    case closed

    package var description: String {
        switch self {
        case .exists: "the object exists"
        case .missing: "the object does not exist"
        case .changed: "the object has been modified"
        case .unusable(let why): why
        case .closed: "the store is closed"
        }
    }
}
