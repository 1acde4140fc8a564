package import Base

/// One probe of a running container: when it is due, and what its answers come to.
///
/// Until the first success a startup or readiness probe is asked eagerly: soon after the program is seen to take an address, else
/// from 8 ms, each wait a quarter longer up to its period, so that readiness is seen at most a quarter later than it came. Such early
/// failures mean that the program is still starting and count once a period only.
package struct ProbeLife: Equatable, Sendable {
    /// What an answer changes.
    package enum Verdict: Equatable, Sendable {
        /// Nothing that anybody should know.
        case unchanged
        /// A failure that counts, below the threshold.
        case counted
        case passed
        /// The threshold is reached.
        case failed
    }

    let kind: ProbeKind
    let spec: ProbeSpec
    private(set) var isPassing: Bool
    private(set) var isAsking = false
    package private(set) var dueAt: Instant
    private var isEager: Bool
    private var eager = RetryDelay(
        first: NodeLimits.eagerProbeFirst,
        max: .seconds(3600),
        growth: NodeLimits.eagerProbeGrowth
    )
    private var countedAt: Instant
    private var successes = 0
    private var failures = 0

    package init(_ kind: ProbeKind, _ spec: ProbeSpec, startedAt: Instant) {
        self.kind = kind
        self.spec = spec
        isPassing = kind == .liveness
        isEager = kind != .liveness
        countedAt = startedAt + spec.initialDelay
        dueAt = countedAt + (isEager ? eager.delay() : spec.period)
    }

    /// Takes the turn to ask, where it has come.
    package mutating func ask(at now: Instant) -> Bool {
        guard !isAsking, now >= dueAt else { return false }
        isAsking = true
        return true
    }

    /// The program has taken an address: whoever asks now may soon have an answer.
    package mutating func hasten(at now: Instant) {
        guard isEager, now >= countedAt else { return }
        eager = RetryDelay(
            first: NodeLimits.boundProbeFirst,
            max: .seconds(3600),
            growth: NodeLimits.eagerProbeGrowth
        )
        if !isAsking { dueAt = min(dueAt, now + eager.delay()) }
    }

    package mutating func observe(success: Bool, at now: Instant) -> Verdict {
        isAsking = false
        return success ? observeSuccess(at: now) : observeFailure(at: now)
    }

    private mutating func observeSuccess(at now: Instant) -> Verdict {
        isEager = false
        failures = 0
        successes += 1
        dueAt = now + spec.period
        guard !isPassing, successes >= spec.successThreshold else { return .unchanged }
        isPassing = true
        return .passed
    }

    private mutating func observeFailure(at now: Instant) -> Verdict {
        successes = 0
        dueAt = now + (isEager ? min(eager.delay(), spec.period) : spec.period)
        guard !isEager || now - countedAt >= spec.period else { return .unchanged }
        countedAt = now
        failures += 1
        guard failures >= spec.failureThreshold else { return .counted }
        failures = 0
        isPassing = false
        return .failed
    }
}
