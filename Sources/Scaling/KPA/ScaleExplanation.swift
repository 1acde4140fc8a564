package import Base
import KubeModel

/// What one decision about a revision's replicas saw, which rule gave which number, and what happens next: as it is kept in
/// the PodAutoscaler's status, and as people read it.
package struct ScaleExplanation: Equatable, Sendable {
    /// The annotation of `status` that holds it.
    package static let annotation = "roost.dev/decision"

    /// When it was decided.
    package let at: WallTime
    /// What is measured.
    package let metric: String
    /// Averages over the long and the short window.
    package let load: KnativeScaler.Load
    package let stableWindow: Duration
    package let panicWindow: Duration
    /// Load that a replica should have.
    package let target: Double
    package let ready: Int
    package let isPanic: Bool
    /// Replicas that each window asks for.
    package let stableAsked: Int
    package let panicAsked: Int
    /// What the scaler decided, and by which rule; -1 and nil where nobody has measured yet.
    package let desired: Int
    package let rule: KnativeScaler.Rule?
    /// What is made of it, and by which rule.
    package let replicas: Int
    package let bound: RevisionStep.Rule
    /// When something happens by itself; nil where only the load decides.
    package let next: WallTime?

    /// What `decider` saw and `step` makes of it.
    package init(_ decider: RevisionDecider, _ step: RevisionStep, ready: Int, now: WallTime) {
        let (scaling, decision) = (decider.scaling, decider.decision)
        at = now
        metric = scaling.decider.metric.rawValue
        load = decider.load
        (stableWindow, panicWindow) = (scaling.stableWindow, scaling.panicWindow)
        target = scaling.decider.targetValue
        self.ready = ready
        isPanic = decision?.isPanic ?? false
        (stableAsked, panicAsked) = (decision?.stableAsked ?? 0, decision?.panicAsked ?? 0)
        (desired, rule) = (decider.desired, decision?.rule)
        (replicas, bound) = (step.replicas, step.rule)
        next = step.wakesAfter.map { now + $0 }
    }

    /// Whether another one has no news: the same numbers asked for, by the same rules. The load itself never rests.
    package func says(theSameAs other: ScaleExplanation) -> Bool {
        (metric, target, ready, isPanic) == (other.metric, other.target, other.ready, other.isPanic)
            && (stableAsked, panicAsked, desired) == (other.stableAsked, other.panicAsked, other.desired)
            && (rule, replicas, bound) == (other.rule, other.replicas, other.bound)
            && (stableWindow, panicWindow) == (other.stableWindow, other.panicWindow)
    }
}

// As it is kept: one line of JSON.
extension ScaleExplanation {
    /// Reads what `text` gives; nil where it is not that.
    package init?(text: String) {
        // Whatever else stands in the annotation explains nothing.
        guard let json = try? JSON.parse(Array(text.utf8)), let at = json["at"].string.flatMap(WallTime.init(rfc3339:)),
            let metric = json["metric"].string, let stable = json["stable"].double, let panic = json["panic"].double,
            let target = json["target"].double, let ready = json["ready"].int, let desired = json["desired"].int,
            let replicas = json["replicas"].int,
            let bound = json["bound"].string.flatMap(RevisionStep.Rule.init(rawValue:))
        else { return nil }
        self.at = at
        self.metric = metric
        load = KnativeScaler.Load(stable: stable, panic: panic)
        stableWindow = .seconds(json["stableWindowSeconds"].int ?? 0)
        panicWindow = .seconds(json["panicWindowSeconds"].int ?? 0)
        self.target = target
        self.ready = ready
        isPanic = json["inPanic"].bool ?? false
        (stableAsked, panicAsked) = (json["stableAsks"].int ?? 0, json["panicAsks"].int ?? 0)
        (self.desired, rule) = (desired, json["rule"].string.flatMap(KnativeScaler.Rule.init(rawValue:)))
        (self.replicas, self.bound) = (replicas, bound)
        next = json["next"].string.flatMap(WallTime.init(rfc3339:))
    }

    /// One line of JSON.
    package var text: String {
        var json: JSON = [
            "at": .string(at.rfc3339), "metric": .string(metric), "stable": .double(load.stable),
            "panic": .double(load.panic), "stableWindowSeconds": JSON(Int(stableWindow.seconds)),
            "panicWindowSeconds": JSON(Int(panicWindow.seconds)), "target": .double(target), "ready": JSON(ready),
            "inPanic": .bool(isPanic), "stableAsks": JSON(stableAsked), "panicAsks": JSON(panicAsked),
            "desired": JSON(desired), "replicas": JSON(replicas), "bound": .string(bound.rawValue),
        ]
        json["rule"] = JSON(rule?.rawValue)
        json["next"] = JSON(next?.rfc3339)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
