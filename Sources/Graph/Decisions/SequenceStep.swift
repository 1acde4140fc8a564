import GJSON

/// What a sequence does next.
package enum SequenceStep {
    /// What happens before a step.
    package enum Action: Equatable {
        /// Sends this to the step.
        case send([UInt8])
        /// The condition does not hold: the answer so far is the sequence's.
        case stop(StepAnswer)
        case fail(RoutingFault)
    }

    /// Before a step: what it is sent, if it is. `previous` is what the step before it answered.
    package static func before(_ step: GraphPlan.Step, input: [UInt8], previous: StepAnswer?) -> Action {
        if let condition = step.condition {
            guard let previous, JSONText.isValid(previous.body) else { return .fail(RoutingFault("invalid response")) }
            switch Condition.holds(condition, in: previous.body) {
            case .success(true): break
            case .success(false): return .stop(StepAnswer(status: 200, body: previous.body))
            case .failure(let fault): return .fail(fault)
            }
        }
        let request = step.takesResponse ? previous?.body ?? input : input
        return .send(step.mapsPredictions ? instances(of: request) : request)
    }

    /// After a step: whether its failure ends the sequence.
    package static func endsSequence(_ step: GraphPlan.Step, _ answer: StepAnswer) -> Bool {
        step.isHard && !answer.isSuccess
    }

    /// `{"predictions": [...]}` as `{"instances": [...]}`; a body without predictions as it is.
    package static func instances(of body: [UInt8]) -> [UInt8] {
        guard JSONText.isValid(body), let predictions = list("predictions", body), !predictions.isEmpty,
            list("instances", body) != nil
        else { return body }
        return Array(#"{"instances":"#.utf8) + predictions + [UInt8(ascii: "}")]
    }

    /// The text of a list that has elements; empty where there is no such member, nil where it is something else.
    private static func list(_ name: String, _ body: [UInt8]) -> ArraySlice<UInt8>? {
        guard body.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else { return nil }
        do throws(GJSONFault) {
            let found = try GJSONPath(name).find(in: body)
            if found.kind == .null { return [] }
            guard found.kind == .json, found.raw.first == UInt8(ascii: "[") else { return nil }
            let isEmpty = found.raw.dropFirst().first { $0 > 0x20 } == UInt8(ascii: "]")
            return isEmpty ? [] : found.raw
        } catch {
            // Two plain names stay far below the limits of a search.
            return nil
        }
    }
}
