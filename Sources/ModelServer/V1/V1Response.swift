import Net
import Prediction

/// The body of a version 1 answer.
enum V1Response {
    /// Appends `{"predictions":[…]}`, with the version where there are several.
    static func write(
        _ answer: borrowing Answer,
        _ spelling: AnswerSpelling,
        _ version: ModelVersion,
        into body: inout OutBuffer
    ) {
        body.append("{\"predictions\":[")
        spelling.writeJSON(answer, .rows, into: &body)
        body.append("]")
        version.endPredictions(&body)
    }
}
