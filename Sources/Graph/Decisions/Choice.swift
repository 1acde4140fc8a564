import GJSON

/// Which of a node's steps a request takes, where it takes one.
package enum Choice {
    /// A splitter's step: the one whose part of 0..<100 holds `point`; weights lie one behind the other.
    package static func split(_ steps: [GraphPlan.Step], point: Int) -> Result<Int, RoutingFault> {
        var end = 0
        for (index, step) in steps.enumerated() {
            end += step.weight
            if point < end { return .success(index) }
        }
        return .failure(RoutingFault("no route was selected by the splitter"))
    }

    /// A switch's step: the first whose condition finds something in the request. What is no JSON fits none.
    package static func match(_ steps: [GraphPlan.Step], _ input: [UInt8]) -> Result<Int, RoutingFault> {
        let none = RoutingFault(status: 404, "None of the routes matched with the switch condition")
        guard JSONText.isValid(input) else { return .failure(none) }
        for (index, step) in steps.enumerated() {
            guard let condition = step.condition else { continue }
            switch Condition.holds(condition, in: input) {
            case .success(true): return .success(index)
            case .success(false): continue
            case .failure(let fault): return .failure(fault)
            }
        }
        return .failure(none)
    }
}

/// Whether a condition's path leads to something.
enum Condition {
    static func holds(_ condition: GJSONPath, in document: [UInt8]) -> Result<Bool, RoutingFault> {
        do throws(GJSONFault) {
            return .success(try condition.find(in: document).exists)
        } catch {
            return .failure(RoutingFault("condition \(condition): \(error)"))
        }
    }
}
