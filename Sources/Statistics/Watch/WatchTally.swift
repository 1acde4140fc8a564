package import Base

/// What was seen of the rows of one window: counts of every column, and a sample of rows. Tallies of one plan add up.
package struct WatchTally: Sendable {
    package let layout: WatchLayout
    /// Rows that came.
    package private(set) var rows = 0
    package private(set) var sample: RowSample
    private var counts: [Int]
    /// Where the present row lies in the sample; -1 where it is not kept.
    private var slot = -1
    private var chance: SeededGenerator

    /// - Parameter seed: of the sample; each thread has its own.
    package init(_ layout: WatchLayout, seed: UInt64) {
        self.layout = layout
        counts = Array(repeating: 0, count: layout.countsSize)
        sample = RowSample(rowsMax: layout.sampleRows, width: layout.columns.count)
        chance = SeededGenerator(seed: seed)
    }

    /// Begins a row; where it lies in the sample, nil where it is not kept.
    @inline(__always)
    package mutating func beginRow() -> Int? {
        rows += 1
        let kept = layout.sampleRows > 0 ? sample.take(priority: Int(chance.next() >> 2), row: rows) : nil
        slot = kept ?? -1
        return kept
    }

    /// Goes back to a row that was begun before, for what became known of it since.
    package mutating func resumeRow(_ row: Int, slot: Int?) {
        self.slot = slot.map { sample.owner(of: $0) == row ? $0 : -1 } ?? -1
    }

    /// Counts the numbers of the present row; NaN is missing.
    ///
    /// - Parameter places: for each column where its number lies in the row, -1 where it does not.
    package mutating func count(_ row: UnsafeBufferPointer<Double>, at places: [Int]) {
        counts.withUnsafeMutableBufferPointer { layout.counter.count(row, at: places, into: $0) }
        if !layout.tables.isEmpty { countCategories(row, at: places) }
        if slot >= 0 { keep(row, at: places) }
    }

    private mutating func countCategories(_ row: UnsafeBufferPointer<Double>, at places: [Int]) {
        for (index, place) in places.enumerated() where layout.columns[index].table >= 0 {
            let number = place < 0 ? .nan : row[place]
            if number.isNaN { count(.missing, in: index) } else { countCategory(number, layout.columns[index]) }
        }
    }

    /// Keeps the numbers of the present row in the sample.
    private mutating func keep(_ row: UnsafeBufferPointer<Double>, at places: [Int]) {
        for (index, place) in places.enumerated() where place >= 0 && !row[place].isNaN {
            let column = layout.columns[index]
            keep(column.table < 0 ? row[place] : Double(layout.tables[column.table].place(row[place])), index)
        }
    }

    /// Counts a number in a column of the present row; NaN is missing.
    package mutating func count(_ number: Double, in index: Int) {
        let column = layout.columns[index]
        guard !number.isNaN else { return count(.missing, in: index) }
        guard column.table < 0 else { return keep(Double(countCategory(number, column)), index) }
        counts.withUnsafeMutableBufferPointer { layout.counter.count(number, in: index, into: $0) }
        keep(number, index)
    }

    /// Counts the category that a number stands for; its bin.
    @discardableResult
    private mutating func countCategory(_ number: Double, _ column: WatchLayout.Column) -> Int {
        let bin = layout.tables[column.table].place(number)
        count(bin: bin, bin == column.bins - 1, of: column)
        return bin
    }

    /// Counts a text in a column of the present row.
    package mutating func count(_ text: UnsafeRawBufferPointer, in index: Int) {
        let column = layout.columns[index]
        guard column.table >= 0 else { return count(.wrongType, in: index) }
        let bin = layout.tables[column.table].place(text)
        count(bin: bin, bin == column.bins - 1, of: column)
        keep(Double(bin), index)
    }

    /// Counts a cell without a value.
    package mutating func count(_ flaw: WatchLayout.Flaw, in index: Int) {
        counts[layout.columns[index].start + flaw.rawValue] += 1
    }

    private mutating func count(bin: Int, _ isOutside: Bool, of column: WatchLayout.Column) {
        if isOutside { counts[column.start + WatchLayout.Flaw.outside.rawValue] += 1 }
        counts[column.firstBin + bin] += 1
    }

    @inline(__always)
    private mutating func keep(_ value: Double, _ index: Int) {
        if slot >= 0 { sample.set(slot: slot, column: index, to: value) }
    }

    /// Adds what another thread or replica saw by the same plan.
    package mutating func merge(_ other: WatchTally) {
        guard other.layout.plan.id == layout.plan.id, other.counts.count == counts.count else { return }
        rows += other.rows
        for place in counts.indices { counts[place] += other.counts[place] }
        sample.merge(other.sample)
    }

    /// What was counted in the bins of a column.
    package func bins(_ index: Int) -> [Int] {
        let column = layout.columns[index]
        return Array(counts[column.firstBin..<column.firstBin + column.bins])
    }

    /// How many cells of a column had a flaw.
    package func flaws(_ flaw: WatchLayout.Flaw, _ index: Int) -> Int {
        counts[layout.columns[index].start + flaw.rawValue]
    }
}

extension WatchTally {
    package var json: JSON {
        ["rows": .int(Int64(rows)), "counts": .array(counts.map { .int(Int64($0)) }), "sample": sample.json]
    }

    /// Reads what a replica tells of a plan; nil where it does not fit.
    package init?(_ json: JSON, _ layout: WatchLayout) {
        self.init(layout, seed: 0)
        let told = json["counts"].array?.compactMap(\.int) ?? []
        guard let rows = json["rows"].int, rows >= 0, told.count == counts.count,
            told.allSatisfy({ (0...Int(Int32.max)).contains($0) }),
            let sample = RowSample(json["sample"], rowsMax: layout.sampleRows, width: layout.columns.count)
        else { return nil }
        self.rows = rows
        counts = told
        self.sample = sample
    }
}
