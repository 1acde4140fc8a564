import Base

/// Why a worker did not answer as asked.
enum WorkerFault: Error, Equatable {
    /// The stream ended or broke: the worker is gone.
    case gone
    /// Time is over.
    case late
    /// What came is no frame.
    case malformed(String)
}

/// Why no worker answers for a model.
struct WorkerDown: Error, Equatable, CustomStringConvertible {
    /// Begins with "the worker", or names what is missing.
    let description: String
    /// Whether its stream just ended, so that its exit code says more.
    private(set) var isEndOfStream = false

    init(_ description: String) { self.description = description }

    /// A worker that ended, by its exit code or 128 + the signal.
    init(exit code: Int) {
        description =
            code > 128 ? "the worker was ended by signal \(code - 128)" : "the worker ended with status \(code)"
    }

    /// A worker that did not say whether it has loaded its model.
    init(loading fault: WorkerFault, within limit: Duration) {
        switch fault {
        case .gone: (description, isEndOfStream) = ("the worker ended", true)
        case .late: description = "the worker did not load the model within \(limit)"
        case .malformed(let what): description = "the worker cannot be understood: \(what)"
        }
    }

    /// A worker that says why it cannot load its model.
    init(refusal: JSON, interpreter: String, model: ForeignModel) {
        let text = refusal["text"].string ?? "without a reason"
        guard refusal["error"].string == "missing", let module = refusal["module"].string, !module.isEmpty else {
            description = "Python cannot load the model: \(text)"
            return
        }
        description =
            "\(interpreter) has no module \(module), which the model needs; it comes with: "
            + "\(interpreter) -m pip install \(model.requirement(for: module))"
    }
}
