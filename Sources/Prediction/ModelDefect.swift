/// Why a model file cannot be used, and where in it.
package struct ModelDefect: Error, Equatable, CustomStringConvertible {
    /// Where the defect lies.
    package enum Place: Equatable, Sendable {
        /// Byte offset in the (unpacked) file.
        case byte(Int)
        /// Way to a value of the model, for example `steps[1].coef_`.
        case member(String)
        /// Path of a file or folder.
        case file(String)
    }

    /// Where the defect lies.
    package let place: Place
    /// What is wrong there, lower case.
    package let what: String
    /// Why that is a defect, where `what` alone does not say it.
    package let why: String?

    package init(at place: Place, what: String, why: String? = nil) {
        self.place = place
        self.what = what
        self.why = why
    }

    package var description: String {
        let reason = why.map { ": \($0)" } ?? ""
        return switch place {
        case .byte(let offset): "\(what) at byte \(offset)\(reason)"
        case .member(let path): "\(path.isEmpty ? "model" : path): \(what)\(reason)"
        case .file(let path): "\(path): \(what)\(reason)"
        }
    }
}

/// Why a model cannot answer a request: what the client sent does not fit it.
package struct InputDefect: Error, Equatable, CustomStringConvertible {
    /// What does not fit, with the values that show it.
    package let what: String

    package init(_ what: String) { self.what = what }

    package var description: String { what }
}
