package import Net

/// Calls the services of a graph.
package protocol ServiceCaller: AnyObject {
    /// Sends `body` there in the course of a node's work; `done` is called once, later, on the same thread.
    func call(
        _ address: WebAddress,
        _ body: [UInt8],
        under span: NodeSpan?,
        _ done: @escaping (StepOutcome) -> Void
    )
    /// A node begins its work, in the course of another's; nil where nobody takes the time.
    func enter(_ node: GraphPlan.Node, under span: NodeSpan?) -> NodeSpan?
    /// Its work is done.
    func leave(_ span: NodeSpan, _ outcome: StepOutcome)
}

/// One request's way through a graph, on one thread and without waiting: answers come by callbacks.
package final class GraphWalk {
    package typealias Done = (StepOutcome) -> Void

    private let plan: GraphPlan
    private let caller: any ServiceCaller
    private let chance: () -> Int

    /// - Parameter chance: a number from 0 to 99 for each splitter on the way.
    package init(_ plan: GraphPlan, caller: any ServiceCaller, chance: @escaping () -> Int) {
        self.plan = plan
        self.caller = caller
        self.chance = chance
    }

    /// Walks from the root; `done` is called once, never where the caller gives its calls up.
    package func start(_ input: [UInt8], _ done: @escaping Done) {
        walk(plan.nodes[plan.root], input, under: nil, done)
    }

    private func walk(_ node: GraphPlan.Node, _ input: [UInt8], under outer: NodeSpan?, _ done: @escaping Done) {
        let span = caller.enter(node, under: outer)
        let end = NodeEnd(span, caller, done)
        let done: Done = { end.reach($0) }
        switch node.kind {
        case .sequence: sequence(node.steps[...], input, nil, span, done)
        case .ensemble: ensemble(node.steps, input, span, done)
        case .splitter: take(Choice.split(node.steps, point: chance()), node, input, span, done)
        case .choice: take(Choice.match(node.steps, input), node, input, span, done)
        }
    }

    private func take(
        _ choice: Result<Int, RoutingFault>,
        _ node: GraphPlan.Node,
        _ input: [UInt8],
        _ span: NodeSpan?,
        _ done: @escaping Done
    ) {
        switch choice {
        case .success(let index): execute(node.steps[index], input, span, done)
        case .failure(let fault): done(.failure(fault))
        }
    }

    private func execute(_ step: GraphPlan.Step, _ body: [UInt8], _ span: NodeSpan?, _ done: @escaping Done) {
        switch step.target {
        case .node(let number): walk(plan.nodes[number], body, under: span, done)
        case .service(let address): caller.call(address, body, under: span, done)
        }
    }

    /// Goes on with the first of `steps`, the ones that are left.
    private func sequence(
        _ steps: ArraySlice<GraphPlan.Step>,
        _ input: [UInt8],
        _ previous: StepAnswer?,
        _ span: NodeSpan?,
        _ done: @escaping Done
    ) {
        guard let step = steps.first else {
            return done(previous.map { .success($0) } ?? .failure(RoutingFault("a sequence without steps")))
        }
        switch SequenceStep.before(step, input: input, previous: previous) {
        case .stop(let answer): done(.success(answer))
        case .fail(let fault): done(.failure(fault))
        case .send(let body):
            execute(step, body, span) { outcome in
                guard case .success(let answer) = outcome, !SequenceStep.endsSequence(step, answer) else {
                    return done(outcome)
                }
                self.sequence(steps.dropFirst(), input, answer, span, done)
            }
        }
    }

    private func ensemble(_ steps: [GraphPlan.Step], _ input: [UInt8], _ span: NodeSpan?, _ done: @escaping Done) {
        var outcomes = [StepOutcome?](repeating: nil, count: steps.count)
        var isSettled = false
        for (index, step) in steps.enumerated() where !isSettled {
            execute(step, input, span) { outcome in
                guard !isSettled else { return }
                outcomes[index] = outcome
                guard let settled = Ensemble.settle(steps, outcomes) else { return }
                isSettled = true
                done(settled)
            }
        }
    }
}

/// Where a node's work ends. An object: closures around closures in a recursion have the optimizer specialize them without end.
private final class NodeEnd {
    private let span: NodeSpan?
    private let caller: any ServiceCaller
    private let done: GraphWalk.Done

    init(_ span: NodeSpan?, _ caller: any ServiceCaller, _ done: @escaping GraphWalk.Done) {
        self.span = span
        self.caller = caller
        self.done = done
    }

    func reach(_ outcome: StepOutcome) {
        if let span { caller.leave(span, outcome) }
        done(outcome)
    }
}
