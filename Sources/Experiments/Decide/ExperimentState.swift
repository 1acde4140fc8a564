package import Base

/// Where an experiment is, kept in its status from one look to the next.
package struct ExperimentState: Equatable, Sendable {
    /// What it is doing.
    package enum Phase: String, Sendable {
        /// Its target is not there, or has one version.
        case waiting = "Waiting"
        case running = "Running"
        case promoted = "Promoted"
        case rolledBack = "RolledBack"
    }

    /// A step of a progressive delivery.
    package struct Step: Equatable, Sendable {
        package var index: Int
        package var since: WallTime
        /// Requests that the candidate had answered before.
        package var requestsBefore: Int

        package init(index: Int, since: WallTime, requestsBefore: Int) {
            self.index = index
            self.since = since
            self.requestsBefore = requestsBefore
        }
    }

    package var phase: Phase
    /// When counting began.
    package var startTime: WallTime
    /// Moves of a bandit so far, and the last one.
    package var round = 0
    package var movedTime: WallTime?
    package var step: Step?

    package init(startingAt now: WallTime) {
        phase = .running
        startTime = now
    }

    /// Reads a status; nil where the experiment has not begun.
    package init?(_ status: JSON) {
        guard let phase = status["phase"].string.flatMap({ Phase(rawValue: $0) }), phase != .waiting,
            let start = status["startTime"].string.flatMap({ WallTime(rfc3339: $0) })
        else { return nil }
        self.phase = phase
        startTime = start
        round = status["round"].int ?? 0
        movedTime = status["movedTime"].string.flatMap { WallTime(rfc3339: $0) }
        let step = status["step"]
        guard let index = step["index"].int, let since = step["since"].string.flatMap({ WallTime(rfc3339: $0) }) else {
            return
        }
        self.step = Step(index: index, since: since, requestsBefore: step["requestsBefore"].int ?? 0)
    }

    /// Writes itself into a status.
    package func write(into status: inout JSON) {
        status["phase"] = .string(phase.rawValue)
        status["startTime"] = .string(startTime.rfc3339Micro)
        status["round"] = round == 0 ? .null : .int(Int64(round))
        status["movedTime"] = JSON(movedTime?.rfc3339Micro)
        status["step"] =
            step.map { step in
                [
                    "index": .int(Int64(step.index)), "since": .string(step.since.rfc3339Micro),
                    "requestsBefore": .int(Int64(step.requestsBefore)),
                ]
            } ?? .null
    }
}
