import Base
import KServeModel
import KubeModel
import Testing

/// What an Experiment may ask for.
struct ExperimentTests {
    private func object(_ spec: String) throws -> KubeObject {
        var object = KubeObject(.experiments, kind: "Experiment", namespace: "default", name: "iris")
        object.spec = try YAML.parse(spec).first ?? .null
        return object
    }

    @Test(arguments: [
        ("{target: {name: iris}}", []),
        (
            "{target: {name: iris}, confidence: 1, interval: 1ms}",
            ["spec.confidence: ", "spec.interval: must be at least 1"]
        ),
        ("{target: {name: iris}, interval: soon}", ["spec.interval: time: invalid duration \"soon\""]),
        (
            "{target: {name: a}, metric: {type: reward, slowerThan: 1s}}",
            ["spec.metric.slowerThan: is for metric latency"]
        ),
        (
            "{target: {name: a}, policy: {type: bandit, bandit: {minWeight: 60, maxWeight: 40, epsilon: 2}}}",
            ["bandit.epsilon: must be between 0 and 1", "a range within 0…100, were 60…40"]
        ),
        ("{target: {name: a}, policy: {type: progressive}}", ["progressive.steps: at least one is needed"]),
        (
            """
            {target: {name: a}, baseline: next, policy: {type: progressive, progressive: {candidate: next,
            steps: [{weight: 0, pause: 1}, {weight: 101, pause: -1s}],
            gates: [{metric: errorRate, max: 1.5, min: 0}, {metric: latency, quantile: 1, maxMilliseconds: 0}]}}}
            """,
            [
                "candidate: is the baseline", "steps[0].weight", "steps[1].weight", "steps[1].pause",
                "gates[0].min: is for metric reward", "gates[0].max: must be a share", "gates[1].quantile",
                "gates[1].maxMilliseconds: must be above 0",
            ]
        ),
    ])
    func allFaultsAreTold(_ spec: String, _ faults: [String]) throws {
        let object = try object(spec)
        guard !faults.isEmpty else { return try KServeAdmission.validateExperiment(object) }
        let refusal = #expect(throws: APIStatus.self) { try KServeAdmission.validateExperiment(object) }
        for fault in faults { #expect(refusal?.message.contains(fault) == true, "\(fault)") }
    }

    @Test func whatIsNotSaidIsUsual() throws {
        let experiment = Experiment(try object("{target: {name: iris}, policy: {type: progressive, progressive: {}}}"))
        #expect(experiment.targetKind == .inferenceService && experiment.metric == .errorRate)
        #expect(experiment.confidence == 0.95 && experiment.interval == .seconds(10))
        guard case .progressive(let settings) = experiment.policy else {
            Issue.record("policy is \(experiment.policy)")
            return
        }
        #expect(settings.minimumRequests == 100 && settings.gates.isEmpty)
    }
}
