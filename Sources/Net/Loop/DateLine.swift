import Base
import CLinux

/// The `date` field, written anew once a second.
struct DateLine: ~Copyable {
    private var line = OutBuffer()
    private var second: Int64 = -1

    private static let weekdays: [StaticString] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Appends `date: Sat, 21 Nov 2026 02:22:09 GMT` and the line's end.
    mutating func append(to out: inout OutBuffer) { out.append(text) }

    /// The date alone; valid until the next call.
    var value: UnsafeRawBufferPointer {
        mutating get {
            let text = text
            return UnsafeRawBufferPointer(rebasing: text[6..<text.count - 2])
        }
    }

    private var text: UnsafeRawBufferPointer {
        mutating get {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME_COARSE, &time)
            if Int64(time.tv_sec) != second { write(Int64(time.tv_sec)) }
            return line.bytes
        }
    }

    private mutating func write(_ now: Int64) {
        second = now
        line.truncate(0)
        var parts = tm()
        var seconds = time_t(now)
        gmtime_r(&seconds, &parts)
        line.append("date: ")
        line.append(Self.weekdays[Int(now / 86_400 % 7)])
        line.append(", ")
        appendTwo(Int(parts.tm_mday))
        line.append(" ")
        line.append(Self.months[Int(parts.tm_mon)])
        line.append(" ")
        line.append(decimal: Int(parts.tm_year) + 1900)
        line.append(" ")
        appendTwo(Int(parts.tm_hour))
        line.append(":")
        appendTwo(Int(parts.tm_min))
        line.append(":")
        appendTwo(Int(parts.tm_sec))
        line.append(" GMT\r\n")
    }

    private mutating func appendTwo(_ value: Int) {
        if value < 10 { line.append("0") }
        line.append(decimal: value)
    }
}
