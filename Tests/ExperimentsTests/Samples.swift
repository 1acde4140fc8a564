import Base
import Experiments
import KServeModel
import KubeModel
import Statistics

/// An experiment on InferenceService `iris`; `spec` holds what is said besides, in YAML's flow.
func experiment(_ spec: String = "metric: {type: errorRate}") throws -> Experiment {
    var object = KubeObject(.experiments, kind: "Experiment", namespace: "default", name: "iris")
    object.spec = try YAML.parse("{target: {name: iris}, \(spec)}").first ?? .null
    return Experiment(object)
}

/// A version with so many requests of which some failed; each took a millisecond more than the last, up to `slowest`.
func arm(
    _ name: String,
    weight: Int = 50,
    requests: Int,
    errors: Int = 0,
    slowest: Int = 10,
    rewards: [Double] = []
) -> MeasuredArm {
    var tally = ArmTally()
    for number in 0..<requests { tally.count(isError: number < errors, milliseconds: Double(number % slowest + 1)) }
    for reward in rewards { tally.count(reward: reward) }
    return MeasuredArm(Arm(name: name, service: "iris-\(name)", weight: weight, version: "1"), tally)
}

/// An InferenceService with a canary, and the route that the controllers make of it.
func service(canaryPercent: Int = 10) throws -> KubeObject {
    var object = KubeObject(.inferenceServices, kind: "InferenceService", namespace: "default", name: "iris")
    object.metadata["annotations"] = ["serving.kserve.io/deploymentMode": "Standard"]
    let model = "modelFormat: {name: sklearn}, storageUri:"
    object.spec =
        try YAML.parse(
            """
            {predictor: {model: {\(model) 'file:///a'}},
            canary: [{predictor: {name: next, model: {\(model) 'file:///b'}}, trafficPercent: \(canaryPercent)}]}
            """
        ).first ?? .null
    return object
}
