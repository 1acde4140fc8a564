import Agent
import Base
import Graph

extension FuzzTarget {
    /// A predict request to the agent's batcher; the same bytes as the answer to a batch.
    static let batchBody = FuzzTarget("batch-body") { bytes in
        let body = Array(bytes)
        do throws(BatchBody.Defect) {
            let instances = try BatchBody.instances(of: body)
            precondition(!instances.isEmpty)
            let again = try BatchBody.instances(of: BatchBody.request([instances]))
            precondition(again.count == instances.count)
        } catch {
            // Refusing is the other good end.
            precondition(!error.rawValue.isEmpty)
        }
        precondition(BatchBody.answers(200, body, counts: [1, 2], id: "i").count == 2)
    }

    /// What a service answers to a graph: it becomes the next request, or a part of an ensemble's answer.
    static let graphBody = FuzzTarget("graph-body") { bytes in
        let body = Array(bytes)
        _ = SequenceStep.instances(of: body)
        if let step = ensemble?.nodes.first?.steps {
            precondition(Ensemble.settle(step, [.success(StepAnswer(status: 200, body: body))]) != nil)
        }
        precondition(!RoutingFault(String(decoding: body, as: UTF8.self)).body.isEmpty)
    }

    private static let ensemble = try? GraphPlan([
        "nodes": ["root": ["routerType": "Ensemble", "steps": [["serviceUrl": "http://a"]]]]
    ])
}
