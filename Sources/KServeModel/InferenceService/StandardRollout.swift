package import Base
import KubeModel

/// One version of a Standard service's predictor: what it was, and the how manieth.
package struct PredictorVersion: Equatable, Sendable {
    package let number: Int
    /// The predictor without its scaling and its share of the traffic, which concern all versions.
    package let template: JSON

    package init(number: Int, template: JSON) {
        self.number = number
        self.template = template
    }

    /// Reads what `text` wrote.
    package init?(_ text: String?) {
        guard let text, let json = try? JSON.parse(text), let number = json["number"].int else {
            return nil  // a note that nobody can read is none
        }
        self.init(number: number, template: json["template"])
    }

    /// The version as one line, for an annotation.
    package var text: String { (["number": .int(Int64(number)), "template": template] as JSON).text }

    /// Its name in statuses: as Knative names revisions.
    package func name(of workload: String) -> String {
        let digits = String(number)
        return "\(workload)-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}

/// How a Standard service's predictor is rolled out by `canaryTrafficPercent`, as a Knative Service would do it: pure.
///
/// The Deployments remember which versions they run, so that the version before the newest can go on.
package struct StandardRollout: Equatable, Sendable {
    /// What has the rest of the traffic, or all of it.
    package let stable: PredictorVersion
    /// What had all the traffic before.
    package let previous: PredictorVersion?
    /// The newest version, while it has a share only.
    package let latest: PredictorVersion?
    /// The newest version's share.
    package let percent: Int

    /// The variant's name under which the newest version runs beside the stable one.
    package static let latestName = "latest"

    /// Decides.
    ///
    /// - Parameters:
    ///   - isSplit: whether `canaryTrafficPercent` counts.
    ///   - rolledOut: the version that the predictor's Deployment runs.
    ///   - previous: the version that it ran before.
    ///   - shared: the version that runs with a share.
    package init(
        _ predictor: Component,
        isSplit: Bool = true,
        rolledOut: PredictorVersion?,
        previous: PredictorVersion?,
        shared: PredictorVersion?
    ) {
        let template = predictor.template
        let known = [rolledOut, shared, previous].compactMap { $0 }
        let number = known.first { $0.template == template }?.number ?? (known.map(\.number).max() ?? 0) + 1
        let newest = PredictorVersion(number: number, template: template)
        guard isSplit, let rolledOut, let percent = predictor.canaryTrafficPercent, percent < 100 else {
            let isNew = rolledOut.map { $0.template != template } ?? false
            self.init(stable: newest, previous: isNew ? rolledOut : previous, latest: nil, percent: 100)
            return
        }
        if rolledOut.template != template {
            self.init(stable: rolledOut, previous: previous, latest: newest, percent: percent)
        } else if let previous, previous.template != template {
            // The newest has had everything and is asked to share: the one before it is meant.
            self.init(stable: previous, previous: previous, latest: newest, percent: percent)
        } else {
            self.init(stable: newest, previous: previous, latest: nil, percent: 100)
        }
    }

    private init(stable: PredictorVersion, previous: PredictorVersion?, latest: PredictorVersion?, percent: Int) {
        self.stable = stable
        self.previous = previous
        self.latest = latest
        self.percent = percent
    }

    /// The newest version, whatever its share.
    package var newest: PredictorVersion { latest ?? stable }

    /// The service with the stable version as its predictor and the newest as a canary.
    package func applied(to service: InferenceService) -> InferenceService {
        guard let latest else { return service }
        var service = service
        let scaling = service.predictor.json.object?.filter { Component.rolloutFields.contains($0.key) } ?? [:]
        service.object.spec["predictor"] = .object(
            (stable.template.object ?? [:]).merging(scaling) { _, shared in shared }
        )
        var canary = latest.template
        canary["name"] = .string(StandardRollout.latestName)
        service.object.spec["canary"] = [["predictor": canary, "trafficPercent": .int(Int64(percent))]]
        return service
    }
}

extension Component {
    /// The share of the traffic that the newest version of the component gets.
    package var canaryTrafficPercent: Int? { json["canaryTrafficPercent"].int }

    /// Members that concern all versions of a component alike.
    static let rolloutFields: Set<String> = [
        "canaryTrafficPercent", "minReplicas", "maxReplicas", "scaleTarget", "scaleMetric", "scaleMetricType",
        "autoScaling", "headers",
    ]

    /// The component without what concerns all its versions alike.
    package var template: JSON {
        .object(json.object?.filter { !Component.rolloutFields.contains($0.key) } ?? [:])
    }
}
