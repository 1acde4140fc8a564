import CLinux
import Synchronization

/// One line per event to standard error: time, level, part, a constant message, then fields.
///
/// Lines go out on a thread of their own: nobody who logs waits for whoever reads.
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
    }

    private static let threshold = Atomic<Int>(Level.info.rawValue)
    private static let isJSON = Atomic<Bool>(false)

    /// Lines below this level are dropped, in the whole program.
    package static var level: Level {
        get { Level(rawValue: threshold.load(ordering: .relaxed)) ?? .info }
        set { threshold.store(newValue.rawValue, ordering: .relaxed) }
    }

    /// How lines are spelt, in the whole program.
    package static var form: LogForm {
        get { isJSON.load(ordering: .relaxed) ? .json : .text }
        set { isJSON.store(newValue == .json, ordering: .relaxed) }
    }

    /// What writes the program's lines to standard error.
    package static let writer = LineWriter(name: "log", DescriptorSink(2)) { Log.told(lost: $0) }

    /// Has lines that are lost counted among the series of `registry`.
    package static func count(in registry: MetricRegistry) {
        let lost = registry.counter(
            "roost_log_lines_lost_total",
            "Lines of the log and the access log that were lost: nobody read them, or they could not be written."
        )
        writer.countLosses(in: lost.with())
    }

    private let part: String
    private let put: @Sendable ([UInt8]) -> Void

    /// A log whose lines carry `part`, the name of the part that speaks.
    package init(_ part: String) { self.init(part) { Log.writer.put($0) } }

    /// The same, whose lines go somewhere else than the program's.
    package init(_ part: String, to put: @escaping @Sendable ([UInt8]) -> Void) {
        self.part = part
        self.put = put
    }

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
        put(Log.line(level, part, message, pairs))
    }

    private static func line(
        _ level: Level,
        _ part: String,
        _ message: StaticString,
        _ pairs: KeyValuePairs<String, String>
    ) -> [UInt8] {
        LogLine.make(LogHead(Log.form, level, part: part, message), at: SystemTime().wall()) { line in
            for (key, value) in pairs { line.add(key, value) }
        }
    }

    /// What is told when lines are written again after some were lost.
    private static func told(lost: Int) -> [UInt8] {
        line(
            .warning,
            "log",
            "lines were lost: nobody read them, or they could not be written",
            ["count": String(lost)]
        )
    }
}
