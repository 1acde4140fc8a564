import Base
import GJSON

/// What the answers of an ensemble's steps come to.
package enum Ensemble {
    /// The node's outcome, as soon as it is sure; nil while it depends on steps that have not answered yet.
    ///
    /// - Parameter outcomes: of each step, in the order of the list.
    package static func settle(_ steps: [GraphPlan.Step], _ outcomes: [StepOutcome?]) -> StepOutcome? {
        for case .failure(let fault)? in outcomes { return .failure(fault) }
        for (index, step) in steps.enumerated() {
            guard case .success(let answer)? = outcomes[index] else { return nil }
            guard isObject(answer.body) else {
                return .failure(RoutingFault("the response of step \(key(step, index)) is no JSON object"))
            }
            // The first hard failure in the order of the list decides, whatever comes later.
            if step.isHard, !answer.isSuccess { return .success(answer) }
        }
        return .success(StepAnswer(status: 200, body: merged(steps, outcomes)))
    }

    /// The step's name, or its number where it has none.
    private static func key(_ step: GraphPlan.Step, _ index: Int) -> String {
        step.name.isEmpty ? String(index) : step.name
    }

    /// Null stands for an object without members, as it does for Go.
    private static func isObject(_ body: [UInt8]) -> Bool {
        let first = body.first { $0 > 0x20 }
        return (first == UInt8(ascii: "{") || first == UInt8(ascii: "n")) && JSONText.isValid(body)
    }

    /// One object of all answers by their keys, each spelt as its step spelt it.
    private static func merged(_ steps: [GraphPlan.Step], _ outcomes: [StepOutcome?]) -> [UInt8] {
        var members: [String: [UInt8]] = [:]
        for (index, outcome) in outcomes.enumerated() {
            if case .success(let answer)? = outcome { members[key(steps[index], index)] = answer.body }
        }
        var text: [UInt8] = [UInt8(ascii: "{")]
        for (name, body) in members.sorted(by: { $0.key < $1.key }) {
            if text.count > 1 { text.append(UInt8(ascii: ",")) }
            text += JSON.string(name).bytes
            text.append(UInt8(ascii: ":"))
            text += body
        }
        text.append(UInt8(ascii: "}"))
        return text
    }
}
