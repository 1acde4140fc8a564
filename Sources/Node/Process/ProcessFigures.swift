import CLinux

/// CPU time and memory of process groups, from one pass over /proc.
package struct ProcessFigures: Sendable {
    /// What one process group has used and holds.
    package struct Group: Equatable, Sendable {
        package var cpuSeconds = 0.0
        package var residentBytes = 0
    }

    package private(set) var groups: [Int32: Group] = [:]

    package init() {}

    /// Reads the machine's processes.
    package static func read() -> ProcessFigures {
        let machine = MachineFolders()
        var figures = ProcessFigures()
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        let page = sysconf(Int32(_SC_PAGESIZE))
        for name in machine.entries(of: "/proc") ?? [] {
            guard Int32(name) != nil else { continue }
            figures.add(machine.text("/proc/\(name)/stat"), ticksPerSecond: ticks, pageBytes: page)
        }
        return figures
    }

    /// Adds one process by its `stat` line; a line of another form is left out.
    package mutating func add(_ stat: String, ticksPerSecond: Double, pageBytes: Int) {
        // The name in parentheses may hold spaces and parentheses.
        let bytes = stat.utf8
        guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return }
        let fields = bytes[bytes.index(after: end)...].split(separator: UInt8(ascii: " ")).map(Substring.init)
        // Counted from the state, which is field 3 of proc(5).
        guard fields.count > 21, let group = Int32(fields[2]), let resident = Int(fields[21]) else { return }
        let ticks = fields[11...14].reduce(0.0) { $0 + (Double($1) ?? 0) }
        groups[group, default: Group()].cpuSeconds += ticks / ticksPerSecond
        groups[group, default: Group()].residentBytes += resident * pageBytes
    }
}
