import Base
import KubeClient
import KubeModel
import Scaling

extension Command {
    static let scaleExplain = Command(
        "scale explain",
        "NAME",
        summary: "why a service has as many replicas as it has",
        details: """
            Prints what the autoscaler of a service saw, which rule gave which number, and what happens next. NAME is that
            of an InferenceService, of a Knative Service or revision, or of the PodAutoscaler or HorizontalPodAutoscaler.

              roost scale explain iris -n kserve-test
            """,
        flags: ClientSession.flags,
        run: { invocation in
            guard let name = invocation.arguments.first, invocation.arguments.count == 1 else {
                throw Misuse("one name is expected")
            }
            let session = try ClientSession(invocation)
            let found = try await ScaleText.find(name, session)
            guard !found.isEmpty else {
                throw Failure("nothing scales \"\(name)\" in namespace \(session.namespace)")
            }
            let now = SystemTime().wall()
            Output.write(found.map { ScaleText.text($0, now: now) }.joined(separator: "\n"))
        }
    )
}

/// What the autoscalers of a service say of themselves, as text.
package enum ScaleText {
    /// Labels by which an autoscaler tells whose it is.
    private static let ownerLabels = [
        "serving.kserve.io/inferenceservice", "serving.knative.dev/service", "serving.knative.dev/configuration",
        "serving.knative.dev/revision",
    ]

    static func find(_ name: String, _ session: ClientSession) async throws(APIStatus) -> [KubeObject] {
        var found: [KubeObject] = []
        for resource in [ResourceID.podAutoscalers, .horizontalPodAutoscalers] {
            let items = try await session.api.list(resource, namespace: session.namespace).items
            // What works for a PodAutoscaler is told by that one.
            found += items.filter { isOf(name, $0) && $0.controller?.kind != "PodAutoscaler" }
        }
        return found
    }

    private static func isOf(_ name: String, _ object: KubeObject) -> Bool {
        let labels = object.labels
        return object.name == name || ownerLabels.contains { labels[$0] == name }
            || object.ownerReferences.contains { $0.name == name }
    }

    /// The lines of one autoscaler.
    static func text(_ object: KubeObject, now: WallTime) -> String {
        let kind = object.kind.isEmpty ? "HorizontalPodAutoscaler" : object.kind
        let lines = kind == "PodAutoscaler" ? podAutoscaler(object, now) : horizontal(object)
        let conditions = (object.status["conditions"].array ?? []).map { condition in
            let told = ["status", "reason", "message"].compactMap { condition[$0].string }.filter { !$0.isEmpty }
            return ["  " + (condition["type"].string ?? ""), told.joined(separator: "  ")]
        }
        return "\(kind) \(object.key)\n" + TableText.align(lines.map { ["  " + $0, $1] } + conditions)
    }

    private static func podAutoscaler(_ object: KubeObject, _ now: WallTime) -> [(String, String)] {
        let text = object.status["annotations"][ScaleExplanation.annotation].string
        let desired = object.status["desiredScale"].int ?? -1
        let wanted = desired < 0 ? "none asked for yet" : "\(desired) wanted"
        let scale = ("SCALE", "\(object.status["actualScale"].text) ready, \(wanted)")
        guard let explanation = text.flatMap(ScaleExplanation.init(text:)) else {
            return [scale, ("DECIDED", "by a HorizontalPodAutoscaler, or by nobody yet")]
        }
        return [scale] + explanation.lines(now: now).map { ($0.heading, $0.sentence) }
    }

    private static func horizontal(_ object: KubeObject) -> [(String, String)] {
        let status = object.status
        let bounds = "\(object.spec["minReplicas"].int ?? 1) to \(object.spec["maxReplicas"].text)"
        var lines = [
            (
                "SCALE",
                "\(status["currentReplicas"].text) there, \(status["desiredReplicas"].text) wanted, \(bounds) allowed"
            )
        ]
        for (index, metric) in (object.spec["metrics"].array ?? []).enumerated() {
            let current = status["currentMetrics"][index]
            lines.append(("METRIC", HorizontalMetric(metric, current).sentence))
        }
        if let last = status["lastScaleTime"].string { lines.append(("SCALED LAST", last)) }
        return lines
    }
}

/// One metric of a HorizontalPodAutoscaler: what is wanted, and what is there.
private struct HorizontalMetric {
    let sentence: String

    init(_ wanted: JSON, _ current: JSON) {
        let type = wanted["type"].string ?? ""
        let member = type.prefix(1).lowercased() + type.dropFirst()
        let name = wanted[member]["name"].string ?? wanted[member]["metric"]["name"].string ?? ""
        let target = wanted[member]["target"]
        let seen = current[member]["current"]
        sentence = "\(type) \(name): \(HorizontalMetric.text(seen)), target \(HorizontalMetric.text(target))"
    }

    private static func text(_ value: JSON) -> String {
        if let utilization = value["averageUtilization"].int { return "\(utilization)%" }
        if let average = value["averageValue"].string { return "\(average) per pod" }
        return value["value"].string ?? "unknown"
    }
}
