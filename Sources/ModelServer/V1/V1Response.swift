import Net
import Prediction

/// The body of a version 1 answer.
enum V1Response {
    /// Appends `{"predictions":[…]}`.
    static func write(_ answer: borrowing Answer, _ spelling: AnswerSpelling, into body: inout OutBuffer) {
        body.append("{\"predictions\":[")
        spelling.writeJSON(answer, .rows, into: &body)
        body.append("]}")
    }
}
