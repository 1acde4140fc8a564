package import Base

/// Decides when a server that answers nothing is asked for a sign of life, and when it is given up.
///
/// Servers of gRPC end connections of clients that ask more often than twice between answers.
package struct Pulse: Equatable {
    /// What is to be done now.
    package enum Action: Equatable { case wait, ask, dead }

    private var heardAt: Instant
    private var askedAt: Instant?
    private var asked = 0

    /// Silence after which the server is asked, and the time that it has to say something.
    package static let patience = Duration.seconds(20)
    private static let askedMax = 2

    package init(at now: Instant) { heardAt = now }

    /// Bytes came.
    package mutating func heard(at now: Instant) {
        heardAt = now
        askedAt = nil
    }

    /// An answer came: the server may be asked again.
    package mutating func answered() { asked = 0 }

    /// What the silence until `now` calls for.
    package mutating func check(at now: Instant) -> Action {
        if let askedAt { return now - askedAt > Self.patience ? .dead : .wait }
        guard now - heardAt > Self.patience, asked < Self.askedMax else { return .wait }
        askedAt = now
        asked += 1
        return .ask
    }
}
