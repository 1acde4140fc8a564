/// Why a container could not be started.
package enum StartFault: Error, Equatable, Sendable {
    /// Its image is not there, and cannot be got.
    case image(image: String, why: String)
    /// Something that its spec refers to is missing or wrong.
    case config(String)
    /// The program cannot be run: this counts as a run that failed.
    case cannotRun(String)

    var message: String {
        switch self {
        case .image(_, let why): why
        case .config(let message), .cannotRun(let message): message
        }
    }

    var isImage: Bool { if case .image = self { true } else { false } }

    /// Whether what is missing may be on its way.
    var isMissing: Bool { if case .config = self { true } else { false } }

    /// What `state.waiting.reason` says until the next try.
    var waitingReason: String {
        switch self {
        case .image: "ImagePullBackOff"
        case .config: "CreateContainerConfigError"
        case .cannotRun: "RunContainerError"
        }
    }

    /// Reason and message of the events that tell it.
    var events: [(reason: String, message: String)] {
        switch self {
        case .image(let image, let why):
            [("Failed", "Failed to pull image \"\(image)\": \(why)"), ("Failed", "Error: ErrImagePull")]
        case .config(let message), .cannotRun(let message):
            [("Failed", "Error: \(message)")]
        }
    }
}
