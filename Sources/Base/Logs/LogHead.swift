/// What a line of a log begins with behind its time: level, part and message, spelt beforehand.
package struct LogHead: Sendable {
    let form: LogForm
    let bytes: [UInt8]

    /// A head whose part and message are the program's own words.
    package init(_ form: LogForm, _ level: Log.Level, part: String, _ message: StaticString) {
        self.form = form
        switch form {
        case .text:
            bytes = Array(" \(level.shortName) \(part): \(message)".utf8)
        case .json:
            let words = [JSON.string(level.name), .string(part), .string("\(message)")].map(\.text)
            bytes = Array("\",\"level\":\(words[0]),\"part\":\(words[1]),\"message\":\(words[2])".utf8)
        }
    }
}

extension Log.Level {
    fileprivate var shortName: String {
        switch self {
        case .debug: "DEBUG"
        case .info: "INFO"
        case .warning: "WARN"
        case .error: "ERROR"
        }
    }

    fileprivate var name: String {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }
}
