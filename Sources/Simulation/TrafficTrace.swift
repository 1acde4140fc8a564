import Base

/// What is wrong with a trace.
package struct TraceFault: Error, Equatable, CustomStringConvertible {
    package let line: Int
    package let what: String
    package var description: String { "line \(line): \(what)" }

    package init(line: Int, what: String) {
        self.line = line
        self.what = what
    }
}

// Traces as they lie in files: commas between cells, names of columns in the first line.
extension Traffic {
    /// Reads a trace: either a row a service, with columns `1`, `2`, … of counts (as Azure's traces of functions have them:
    /// minutes), whatever stands before them is its name; or a row a span, with columns `time` in seconds, `requests` and,
    /// where there are several, `service`.
    ///
    /// - Parameter span: length of a span.
    package init(trace text: String, span: Duration, seed: UInt64) throws(TraceFault) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.split(separator: ",") }[...]
        while lines.last?.isEmpty == true { lines.removeLast() }
        guard let header = lines.popFirst()?.map({ String($0).trimmed.lowercased() }) else {
            throw TraceFault(line: 1, what: "the trace is empty")
        }
        let rows =
            header.contains("requests")
            ? try Traffic.long(lines, header, span) : try Traffic.wide(lines, header)
        guard rows.count <= Limits.services else {
            throw TraceFault(line: 1, what: "more than \(Limits.services) services")
        }
        self.init(counts: rows.map(\.counts), span: span, services: rows.map(\.name), seed: seed)
    }

    private typealias Row = (name: String, counts: [UInt32])

    private static func wide(_ lines: ArraySlice<[Substring]>, _ header: [String]) throws(TraceFault) -> [Row] {
        guard let first = header.firstIndex(of: "1") else {
            throw TraceFault(line: 1, what: "there is neither a column `requests` nor columns `1`, `2`, …")
        }
        var rows: [Row] = []
        for (index, cells) in lines.enumerated() where !cells.isEmpty {
            var counts: [UInt32] = []
            for cell in cells.dropFirst(first) { counts.append(try count(cell, line: index + 2)) }
            guard (rows.count + 1) * max(1, counts.count) <= Limits.cells else {
                throw TraceFault(line: index + 2, what: "more than \(Limits.cells) counts")
            }
            let name = cells.prefix(first).map { $0.suffix(12) }.joined(separator: "/")
            rows.append((name.isEmpty ? "service-\(rows.count)" : name, counts))
        }
        return rows
    }

    private static func long(
        _ lines: ArraySlice<[Substring]>,
        _ header: [String],
        _ span: Duration
    ) throws(TraceFault) -> [Row] {
        guard let time = header.firstIndex(of: "time"), let requests = header.firstIndex(of: "requests") else {
            throw TraceFault(line: 1, what: "there is no column `time` beside `requests`")
        }
        let service = header.firstIndex(of: "service")
        var rows: [Row] = []
        var places: [Substring: Int] = [:]
        for (index, cells) in lines.enumerated() where !cells.isEmpty {
            guard cells.count == header.count else {
                throw TraceFault(line: index + 2, what: "\(cells.count) cells, the first line has \(header.count)")
            }
            guard let seconds = Double(String(cells[time]).trimmed), (0...Limits.duration.seconds).contains(seconds)
            else {
                throw TraceFault(line: index + 2, what: "time \"\(cells[time])\" is no number of seconds")
            }
            let name = service.map { cells[$0] } ?? "service-0"
            let place = places[name] ?? rows.count
            if place == rows.count { rows.append((String(name), [])) }
            places[name] = place
            let number = Int(seconds / span.seconds)
            guard number < Limits.cells / rows.count else {
                throw TraceFault(line: index + 2, what: "more than \(Limits.cells) counts")
            }
            let missing = number + 1 - rows[place].counts.count
            if missing > 0 { rows[place].counts += [UInt32](repeating: 0, count: missing) }
            let sum = UInt64(rows[place].counts[number]) + UInt64(try count(cells[requests], line: index + 2))
            rows[place].counts[number] = UInt32(min(sum, UInt64(Limits.countMax)))
        }
        return rows
    }

    private static func count(_ cell: Substring, line: Int) throws(TraceFault) -> UInt32 {
        guard let count = UInt32(String(cell).trimmed), count <= Limits.countMax else {
            throw TraceFault(line: line, what: "\"\(cell)\" is no count")
        }
        return count
    }
}

extension String {
    /// Without what is blank around it.
    fileprivate var trimmed: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\r" || $0 == "\t" }
        return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
