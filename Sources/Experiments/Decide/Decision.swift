/// What an experiment does next, and why.
package struct Decision: Equatable, Sendable {
    /// Something that people are told as an event.
    package struct News: Equatable, Sendable {
        package let isWarning: Bool
        package let reason: String
        package let message: String

        init(_ reason: String, _ message: String, isWarning: Bool = false) {
            self.isWarning = isWarning
            self.reason = reason
            self.message = message
        }
    }

    package var state: ExperimentState
    /// The shares that the arms are to have, in percent; nil leaves them.
    package var weights: [Int]?
    /// What was decided and why, in plain words.
    package var why: String
    package var news: [News] = []
}
