import Base

/// A uniform sample of rows of any number, of which several merge into a sample of all: every row draws a priority by
/// chance, and those with the least ones stay.
package struct RowSample: Equatable, Sendable {
    package let rowsMax: Int
    package let width: Int
    /// Row-major; a row's cells are NaN until they are set.
    private var values: [Double] = []
    /// A heap with the greatest priority first.
    private var heap: [Entry] = []
    /// For each slot, the number of the row that lies there.
    private var owners: [Int] = []

    private struct Entry: Equatable {
        var priority: Int
        var slot: Int
    }

    package init(rowsMax: Int, width: Int) {
        self.rowsMax = rowsMax
        self.width = width
    }

    package var count: Int { heap.count }

    /// The rows.
    package var rows: [[Double]] {
        heap.sorted { $0.priority < $1.priority }
            .map { Array(values[$0.slot * width..<($0.slot + 1) * width]) }
    }

    /// Takes a row in by its priority; its slot, nil where it is not kept.
    @inline(__always)
    package mutating func take(priority: Int, row: Int) -> Int? {
        if heap.count == rowsMax {
            guard let top = heap.first, priority < top.priority else { return nil }
            let slot = top.slot
            heap[0] = Entry(priority: priority, slot: slot)
            sink()
            clear(slot, row)
            return slot
        }
        let slot = heap.count
        values.append(contentsOf: repeatElement(.nan, count: width))
        owners.append(row)
        heap.append(Entry(priority: priority, slot: slot))
        rise()
        return slot
    }

    /// The number of the row that lies in a slot.
    func owner(of slot: Int) -> Int { owners[slot] }

    /// Sets a cell of the row in a slot.
    @inline(__always)
    mutating func set(slot: Int, column: Int, to value: Double) { values[slot * width + column] = value }

    /// Takes another sample of the same width in.
    package mutating func merge(_ other: RowSample) {
        guard other.width == width else { return }
        for entry in other.heap {
            guard let slot = take(priority: entry.priority, row: -1) else { continue }
            for column in 0..<width { values[slot * width + column] = other.values[entry.slot * width + column] }
        }
    }

    private mutating func clear(_ slot: Int, _ row: Int) {
        owners[slot] = row
        for place in slot * width..<(slot + 1) * width { values[place] = .nan }
    }

    private mutating func rise() {
        var place = heap.count - 1
        while place > 0, heap[(place - 1) / 2].priority < heap[place].priority {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink() {
        var place = 0
        while true {
            var greatest = place
            for child in 2 * place + 1..<min(2 * place + 3, max(2 * place + 1, heap.count))
            where heap[child].priority > heap[greatest].priority { greatest = child }
            guard greatest != place else { return }
            heap.swapAt(place, greatest)
            place = greatest
        }
    }
}

extension RowSample {
    var json: JSON {
        .array(
            heap.map { entry in
                let cells = values[entry.slot * width..<(entry.slot + 1) * width]
                return .array([.int(Int64(entry.priority))] + cells.map { $0.isFinite ? .double($0) : .null })
            }
        )
    }

    /// Reads the rows of a sample; nil where one of them does not fit.
    init?(_ json: JSON, rowsMax: Int, width: Int) {
        self.init(rowsMax: rowsMax, width: width)
        for entry in json.array ?? [] {
            guard let cells = entry.array, cells.count == width + 1, let priority = cells[0].int else { return nil }
            guard let slot = take(priority: priority, row: -1) else { continue }
            for column in 0..<width { values[slot * width + column] = cells[column + 1].double ?? .nan }
        }
    }
}
