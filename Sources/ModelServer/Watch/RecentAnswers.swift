import Base
import Statistics

/// The newest answers of one thread by the ids of their requests, until their labels come.
struct RecentAnswers: Sendable {
    /// What became of a label.
    enum Found {
        case unknown, repeated
        case answer(predicted: JSON, score: Double?)
    }

    private var marks = RecentMarks(countMax: WatchLimits.answersMax)
    private var answers: [(predicted: JSON, score: Double?)] = []

    /// Remembers the answer to a row; one that is full forgets the oldest.
    mutating func remember(_ mark: Int, predicted: JSON, score: Double?) {
        let slot = marks.remember(mark)
        if slot == answers.count { answers.append((predicted, score)) } else { answers[slot] = (predicted, score) }
    }

    /// The answer that a label is for; each has one label.
    mutating func takeLabel(_ mark: Int) -> Found {
        switch marks.take(mark) {
        case .unknown: .unknown
        case .repeated: .repeated
        case .due(let slot): .answer(predicted: answers[slot].predicted, score: answers[slot].score)
        }
    }

    /// What a row of a request is remembered by. Ids come from outside: the process's own seed keeps anybody from making two
    /// that collide.
    static func mark(_ id: UnsafeRawBufferPointer, row: Int) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: id)
        // Rows of one request lie apart; those of others are where nobody can tell.
        return hasher.finalize() &+ row
    }
}
