import CLinux

/// What the process takes of the machine, under the names of Prometheus' client libraries.
package struct ProcessFigures {
    private struct Series {
        let name: String
        let help: String
        let value: Double
    }

    /// The figures that could be read.
    private let series: [Series]

    /// Writes the figures of now.
    package static func write(into writer: inout ExpositionWriter) {
        for figure in read().series {
            writer.family(figure.name, figure.help, figure.name.hasSuffix("_total") ? .counter : .gauge)
            writer.sample([], figure.value)
        }
    }

    /// Reads them from `/proc`; what is not there is left out.
    private static func read() -> ProcessFigures {
        var series: [Series] = []
        func add(_ name: String, _ help: String, _ value: Double?) {
            if let value { series.append(Series(name: "process_\(name)", help: help, value: value)) }
        }
        // Fields are counted from behind the command's name, which may hold blanks: the state is field 3 of proc(5).
        let status = text("/proc/self/stat").flatMap { text in
            text.lastIndex(of: ")").map { text[text.index(after: $0)...].split(separator: " ") }
        }
        func field(_ number: Int) -> Double? {
            guard let status, status.indices.contains(number - 3) else { return nil }
            return Double(status[number - 3])
        }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        add("virtual_memory_bytes", "Virtual memory size in bytes.", field(23))
        add("resident_memory_bytes", "Resident memory size in bytes.", field(24).map { $0 * Double(getpagesize()) })
        if let started = field(22), let booted = bootTime() {
            add(
                "start_time_seconds",
                "Start time of the process since unix epoch in seconds.",
                booted + started / ticks
            )
        }
        if let user = field(14), let system = field(15) {
            add("cpu_seconds_total", "Total user and system CPU time spent in seconds.", (user + system) / ticks)
        }
        add("open_fds", "Number of open file descriptors.", openDescriptors())
        add("max_fds", "Maximum number of open file descriptors.", descriptorsMax())
        return ProcessFigures(series: series)
    }

    private static func bootTime() -> Double? {
        let line = text("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst(6)) }
    }

    private static func openDescriptors() -> Double? {
        guard let listing = opendir("/proc/self/fd") else { return nil }
        defer { closedir(listing) }
        var count = -3.0  // the listing's own descriptor, and the folders . and ..
        while readdir(listing) != nil { count += 1 }
        return count
    }

    private static func descriptorsMax() -> Double? {
        let line = text("/proc/self/limits")?.split(separator: "\n").first { $0.hasPrefix("Max open files") }
        return line.flatMap { $0.split(separator: " ").dropFirst(3).first }.flatMap { Double($0) }
    }

    private static func text(_ path: String) -> String? {
        let file = clinux_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard file >= 0 else { return nil }
        defer { close(file) }
        let bytes = [UInt8](unsafeUninitializedCapacity: 8192) { buffer, count in
            while count < buffer.count {
                // Safe: count < buffer.count.
                let got = CLinux.read(file, buffer.baseAddress! + count, buffer.count - count)
                if got <= 0 { break }
                count += got
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
