import Base
package import KubeModel

/// An experiment with the versions of a service, read by name; its JSON stays the one owner of what it says.
package struct Experiment: Sendable {
    package let object: KubeObject

    package init(_ object: KubeObject) { self.object = object }

    /// What the versions are compared by.
    package enum Metric: String, Sendable {
        case errorRate, latency, reward
    }

    /// Whose versions they are.
    package enum TargetKind: String, Sendable {
        case inferenceService = "InferenceService"
        case httpRoute = "HTTPRoute"
    }

    package var name: String { object.name }
    package var namespace: String { object.namespace ?? "default" }
    package var targetKind: TargetKind {
        object.spec["target"]["kind"].string.flatMap { TargetKind(rawValue: $0) } ?? .inferenceService
    }
    package var target: ObjectKey {
        ObjectKey(namespace: namespace, name: object.spec["target"]["name"].string ?? "")
    }
    /// The route on which the versions are measured: the service's own is called like it.
    package var route: ObjectKey { target }

    package var metric: Metric {
        object.spec["metric"]["type"].string.flatMap { Metric(rawValue: $0) } ?? .errorRate
    }
    /// For latency: a request is bad that takes longer; nil compares the means.
    package var slowerThan: Duration? { object.spec["metric"]["slowerThan"].duration }
    /// The version that others are held against; nil means the first.
    package var baseline: String? { object.spec["baseline"].string }
    /// How sure a statement has to be.
    package var confidence: Double { object.spec["confidence"].double ?? 0.95 }
    /// How often it is looked at, and shares are moved.
    package var interval: Duration { object.spec["interval"].duration ?? Experiment.usualInterval }
    package var seed: UInt64 { UInt64(truncatingIfNeeded: object.spec["seed"].int ?? 0) }
    package var policy: ExperimentPolicy { ExperimentPolicy(object.spec["policy"]) }

    private static let usualInterval = Duration.seconds(10)
}

/// What an experiment does with what it sees.
package enum ExperimentPolicy: Equatable, Sendable {
    /// Leaves the shares as they are.
    case fixed
    case bandit(BanditSettings)
    case progressive(ProgressiveSettings)

    init(_ json: JSON) {
        switch json["type"].string {
        case "bandit": self = .bandit(BanditSettings(json["bandit"]))
        case "progressive": self = .progressive(ProgressiveSettings(json["progressive"]))
        default: self = .fixed
        }
    }
}

/// How shares are moved to what seems best.
package struct BanditSettings: Equatable, Sendable {
    package let isGreedy: Bool
    /// The share that is tried, for the greedy algorithm.
    package let epsilon: Double
    package let minWeight: Int
    package let maxWeight: Int

    init(_ json: JSON) {
        isGreedy = json["algorithm"].string == "epsilonGreedy"
        epsilon = json["epsilon"].double ?? 0.1
        minWeight = json["minWeight"].int ?? 1
        maxWeight = json["maxWeight"].int ?? 100
    }
}

/// How a candidate gets more and more of the traffic.
package struct ProgressiveSettings: Equatable, Sendable {
    /// A share that is held for a while.
    package struct Step: Equatable, Sendable {
        package let weight: Int
        package let pause: Duration
    }

    /// What must hold of the candidate; without a bound: that it is not worse than the baseline.
    package struct Gate: Equatable, Sendable {
        package let metric: Experiment.Metric
        /// Of the error rate: a share.
        package let max: Double?
        /// Of the mean reward.
        package let min: Double?
        package let quantile: Double
        /// Of the latency's quantile.
        package let maxMilliseconds: Double?
    }

    /// Nil means the last version.
    package let candidate: String?
    package let steps: [Step]
    package let gates: [Gate]
    /// Requests that the candidate must have answered in a step.
    package let minimumRequests: Int

    init(_ json: JSON) {
        candidate = json["candidate"].string
        minimumRequests = json["minimumRequests"].int ?? 100
        steps = (json["steps"].array ?? []).map { step in
            Step(weight: step["weight"].int ?? 0, pause: step["pause"].duration ?? .zero)
        }
        gates = (json["gates"].array ?? []).compactMap { gate in
            gate["metric"].string.flatMap { Experiment.Metric(rawValue: $0) }.map { metric in
                Gate(
                    metric: metric,
                    max: gate["max"].double,
                    min: gate["min"].double,
                    quantile: gate["quantile"].double ?? 0.99,
                    maxMilliseconds: gate["maxMilliseconds"].double
                )
            }
        }
    }
}

extension JSON {
    /// A duration as Kubernetes writes it; nil for anything else, which validation has refused.
    var duration: Duration? {
        guard let string else { return nil }
        do {
            return try Duration(kubernetes: string)
        } catch {
            return nil
        }
    }
}
