import Base

/// How far the traffic of each configuration has moved to its newest revision.
package struct Rollout: Equatable, Sendable {
    /// A revision and its share of the route's whole traffic.
    package struct Share: Equatable, Sendable {
        package let revision: String
        package var percent: Int

        package init(_ revision: String, _ percent: Int) {
            self.revision = revision
            self.percent = percent
        }
    }

    /// The traffic of one configuration under one tag.
    package struct Part: Equatable, Sendable {
        package var configuration: String
        package var tag: String
        package var percent: Int
        /// From the oldest to the newest; one alone means that nothing is on its way.
        package var shares: [Share]
        package var steps: Steps

        package init(
            _ configuration: String,
            tag: String = "",
            percent: Int,
            _ shares: [Share],
            steps: Steps = Steps()
        ) {
            self.configuration = configuration
            self.tag = tag
            self.percent = percent
            self.shares = shares
            self.steps = steps
        }

        package var isDone: Bool { shares.count < 2 }
    }

    /// When and how much moves; all zero before the first percent is seen to have moved.
    package struct Steps: Equatable, Sendable {
        /// When the first percent was moved, in nanoseconds since 1970.
        package var started: Int64 = 0
        /// When the next step is due, likewise.
        package var next: Int64 = 0
        /// Nanoseconds between two steps.
        package var duration: Int64 = 0
        /// Percent that move in one step.
        package var size = 0

        package init(started: Int64 = 0, next: Int64 = 0, duration: Int64 = 0, size: Int = 0) {
            self.started = started
            self.next = next
            self.duration = duration
            self.size = size
        }
    }

    /// By tag, then by configuration.
    package var parts: [Part]

    package init(_ parts: [Part] = []) {
        self.parts = parts.sorted { ($0.tag, $0.configuration) < ($1.tag, $1.configuration) }
    }

    /// Whether no traffic is on its way.
    package var isDone: Bool { parts.allSatisfy(\.isDone) }

    /// The traffic of a configuration under a tag.
    package func part(of configuration: String, tag: String) -> Part? {
        parts.first { $0.tag == tag && $0.configuration == configuration }
    }
}

extension Rollout {
    /// Everything at the newest revisions: where a rollout leads.
    package init(goal traffic: RouteTraffic) {
        self.init(
            traffic.targets.flatMap { tag, targets in
                targets.filter { $0.isLatest && $0.percent > 0 }.map { target in
                    Part(
                        target.configuration,
                        tag: tag,
                        percent: target.percent,
                        [Share(target.revision, target.percent)]
                    )
                }
            }
        )
    }

    /// Reads what an annotation remembers; nil where it cannot be right.
    package init?(text: String) {
        guard let list = (try? JSON.parse(text))?["configurations"].array else { return nil }
        let parts = list.map { Part($0) }
        guard parts.allSatisfy(\.isConsistent) else { return nil }
        self.init(parts)
    }

    /// The annotation's value.
    package var text: String { (["configurations": .array(parts.map(\.json))] as JSON).text }
}

extension Rollout.Part {
    fileprivate init(_ json: JSON) {
        let steps = json["stepParams"]
        func nanoseconds(_ name: String) -> Int64 { Int64(steps[name].int ?? 0) }
        self.init(
            json["configurationName"].string ?? "",
            tag: json["tag"].string ?? "",
            percent: json["percent"].int ?? 0,
            (json["revisions"].array ?? []).map {
                Rollout.Share($0["revisionName"].string ?? "", $0["percent"].int ?? 0)
            },
            steps: Rollout.Steps(
                started: nanoseconds("starttime"),
                next: nanoseconds("nextStepTime"),
                duration: nanoseconds("stepDuration"),
                size: steps["stepSize"].int ?? 0
            )
        )
    }

    /// Shares within bounds that add up, and a step that fits; anybody may have written the annotation.
    fileprivate var isConsistent: Bool {
        let bounds = 0...100
        return bounds.contains(percent) && (0...percent).contains(steps.size)
            && shares.allSatisfy { bounds.contains($0.percent) } && shares.count <= 101
            && shares.reduce(0) { $0 + $1.percent } == percent && steps.started >= 0 && steps.next >= 0
            && (0...Int64.max / 4).contains(steps.duration)
    }

    fileprivate var json: JSON {
        var params = JSON.emptyObject
        func put(_ name: String, _ value: Int64) { if value != 0 { params[name] = .int(value) } }
        put("starttime", steps.started)
        put("nextStepTime", steps.next)
        put("stepDuration", steps.duration)
        put("stepSize", Int64(steps.size))
        var json: JSON = [
            "configurationName": .string(configuration), "percent": .int(Int64(percent)), "stepParams": params,
            "revisions": .array(
                shares.map { ["revisionName": .string($0.revision), "percent": .int(Int64($0.percent))] }
            ),
        ]
        if !tag.isEmpty { json["tag"] = .string(tag) }
        return json
    }
}
