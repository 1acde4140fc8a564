import Base

/// Which Python runs what is not native.
package struct PythonSettings: Equatable, Sendable {
    /// Path of the interpreter.
    package let interpreter: String
    /// Whether models answer with probabilities, where they have them.
    package var wantsProbabilities = false
    /// How long a worker may take to load its model.
    package var loadTime = PythonLimits.loadTime
    /// How long a worker may take to answer.
    package var answerTime = PythonLimits.answerTime

    package init(interpreter: String) { self.interpreter = interpreter }

    /// The path of the Python to use: the one that is named, that of a virtual environment, or the first of `PATH`.
    ///
    /// - Parameters:
    ///   - named: a path or a program's name; nil where nobody names one.
    ///   - isProgram: whether there is a program at a path.
    package static func find(
        named: String?,
        environment: [String: String],
        isProgram: (String) -> Bool
    ) throws(PythonMissing) -> String {
        func look(for name: String) -> String? {
            if name.contains("/") { return isProgram(name) ? name : nil }
            let folders = environment["PATH"] ?? ProgramPath.standard
            return folders.split(separator: ":").map { "\($0)/\(name)" }.first(where: isProgram)
        }
        if let named {
            guard let path = look(for: named) else { throw PythonMissing("--python: there is no program \(named)") }
            return path
        }
        if let folder = environment["VIRTUAL_ENV"], let path = look(for: "\(folder)/bin/python") { return path }
        guard let path = look(for: "python3") else {
            throw PythonMissing("--fallback python: no python3 in PATH; --python names one")
        }
        return path
    }
}

/// Why no Python can be used.
package struct PythonMissing: Error, Equatable, CustomStringConvertible {
    /// What was looked for.
    package let description: String

    init(_ description: String) { self.description = description }
}
