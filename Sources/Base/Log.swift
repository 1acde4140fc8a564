import CLinux
import Synchronization

/// One line per event to standard error: time, level, component, a constant message, then `key=value` pairs.
package struct Log: Sendable {
    /// How much a line matters.
    package enum Level: Int, Comparable, Sendable {
        case debug, info, warning, error

        /// The level that a word names: debug, info, warning or error.
        package init?(word: String) {
            switch word.lowercased() {
            case "debug": self = .debug
            case "info": self = .info
            case "warning", "warn": self = .warning
            case "error": self = .error
            default: return nil
            }
        }

        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

        fileprivate var name: String {
            switch self {
            case .debug: "DEBUG"
            case .info: "INFO"
            case .warning: "WARN"
            case .error: "ERROR"
            }
        }
    }

    private static let threshold = Atomic<Int>(Level.info.rawValue)

    /// Lines below this level are dropped, in the whole program.
    package static var level: Level {
        get { Level(rawValue: threshold.load(ordering: .relaxed)) ?? .info }
        set { threshold.store(newValue.rawValue, ordering: .relaxed) }
    }

    private let component: String

    /// A log whose lines carry `component`, the name of the part that speaks.
    package init(_ component: String) { self.component = component }

    /// Details for whoever debugs the program.
    package func debug(_ message: StaticString, _ pairs: KeyValuePairs<String, String> = [:]) {
        write(.debug, message, pairs)
    }
    /// Something happened that an operator may want to know.
    package func info(_ message: StaticString, _ pairs: KeyValuePairs<String, String> = [:]) {
        write(.info, message, pairs)
    }
    /// Something is not as it should be; the program goes on.
    package func warning(_ message: StaticString, _ pairs: KeyValuePairs<String, String> = [:]) {
        write(.warning, message, pairs)
    }
    /// Something failed.
    package func error(_ message: StaticString, _ pairs: KeyValuePairs<String, String> = [:]) {
        write(.error, message, pairs)
    }

    private func write(_ level: Level, _ message: StaticString, _ pairs: KeyValuePairs<String, String>) {
        guard level >= Log.level else { return }
        var line = "\(SystemTime().wall().rfc3339Micro) \(level.name) \(component): \(message)"
        for (key, value) in pairs { line += " \(key)=\(Log.quoted(value))" }
        line += "\n"
        // One write per line keeps lines of several threads and processes whole.
        line.withUTF8 { bytes in _ = CLinux.write(2, bytes.baseAddress, bytes.count) }
    }

    private static func quoted(_ value: String) -> String {
        let plain = !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") }
        return plain ? value : JSON.string(value).text
    }
}
