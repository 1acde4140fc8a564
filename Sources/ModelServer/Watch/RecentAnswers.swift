import Base
import Statistics

/// The newest answers of one thread by the ids of their requests, until their labels come.
struct RecentAnswers: Sendable {
    /// What became of a label.
    enum Found {
        case unknown, repeated
        case answer(predicted: JSON, score: Double?)
    }

    private struct Entry {
        let predicted: JSON
        let score: Double?
        var isLabelled = false
    }

    private var entries: [Int: Entry] = [:]
    /// Marks in the order in which they came, a ring when it is full.
    private var order: [Int] = []
    private var oldest = 0

    /// Remembers the answer to a row; one that is full forgets the oldest.
    mutating func remember(_ mark: Int, predicted: JSON, score: Double?) {
        guard entries.updateValue(Entry(predicted: predicted, score: score), forKey: mark) == nil else { return }
        guard order.count == WatchLimits.answersMax else { return order.append(mark) }
        entries[order[oldest]] = nil
        order[oldest] = mark
        oldest = (oldest + 1) % WatchLimits.answersMax
    }

    /// The answer that a label is for; each has one label.
    mutating func takeLabel(_ mark: Int) -> Found {
        guard let entry = entries[mark] else { return .unknown }
        if entry.isLabelled { return .repeated }
        entries[mark]?.isLabelled = true
        return .answer(predicted: entry.predicted, score: entry.score)
    }

    /// What a row of a request is remembered by. Ids come from outside: the process's own seed keeps anybody from making two
    /// that collide.
    static func mark(_ id: UnsafeRawBufferPointer, row: Int) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: id)
        hasher.combine(row)
        return hasher.finalize()
    }
}
