package import Base
package import KServeModel
package import Statistics

/// Two tables compared as a monitor compares a window with its reference.
package struct FileComparison: Sendable {
    /// What a monitor's status would say.
    package let status: JSON

    /// Rows that are compared one by one.
    private static let sampleRows = WatchLimits.sampleRowsMax

    package init(
        reference: LearntRows,
        current: LearntRows,
        _ monitor: DriftMonitor
    ) throws(ReferenceFault) {
        let known = try DriftReference(reference, monitor)
        let layout = WatchLayout(known.plan(id: "files", for: monitor, sampleRows: Self.sampleRows))
        var tally = WatchTally(layout, seed: monitor.seed)
        var places: [Int] = []
        for column in known.columns {
            guard let place = current.names.firstIndex(of: column.watched.name) else {
                throw ReferenceFault("its column \"\(column.watched.name)\" is not in the other file")
            }
            places.append(place)
        }
        for row in current.rows {
            _ = tally.beginRow()
            for (column, place) in places.enumerated() { tally.take(row[place], in: column) }
        }
        var status = DriftStatus(monitor, now: WallTime(seconds: 0))
        status.tell(WindowJudge(known, monitor).verdict(tally))
        self.status = status.finished()
    }
}

extension WatchTally {
    fileprivate mutating func take(_ cell: LearntRows.Cell, in column: Int) {
        switch cell {
        case .missing: count(.missing, in: column)
        case .number(let number): count(number, in: column)
        case .text(let text): Array(text.utf8).withUnsafeBytes { count($0, in: column) }
        }
    }
}
