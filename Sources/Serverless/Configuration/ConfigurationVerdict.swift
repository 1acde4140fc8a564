package import Base
package import KubeModel

/// What a Configuration's status says of its revisions, and what people are told of it: pure.
package struct ConfigurationVerdict {
    /// What people are told.
    package struct News: Equatable {
        package let isWarning: Bool
        package let reason: String
        package let message: String

        package init(isWarning: Bool = false, _ reason: String, _ message: String) {
            self.isWarning = isWarning
            self.reason = reason
            self.message = message
        }
    }

    private var status: JSON
    private var conditions: LivingConditions
    package private(set) var news: [News] = []

    /// The status to store.
    package var json: JSON {
        var json = status
        json["conditions"] = conditions.json
        return json
    }

    package init(_ configuration: KubeObject, now: WallTime) {
        status = configuration.status
        conditions = LivingConditions(status["conditions"], vital: [], now: now)
    }

    /// No revision could be made.
    package mutating func refuse(_ message: String) {
        conditions.mark("Ready", .false, "RevisionFailed", "Revision creation failed with message: \(message).")
    }

    /// Follows the revision of the present generation and the newest one that is ready.
    package mutating func settle(created: Revision, ready: String?) {
        let before = conditions
        let known = status["latestReadyRevisionName"].string
        status["latestCreatedRevisionName"] = .string(created.name)
        if known != created.name { conditions.mark("Ready", .unknown) }
        let condition = created.condition("Ready")
        switch condition["status"].string {
        case "True":
            if known == nil { news.append(News("ConfigurationReady", "Configuration becomes ready")) }
        case "False":
            let why = condition["message"].string ?? ""
            conditions.mark(
                "Ready",
                .false,
                "RevisionFailed",
                "Revision \"\(created.name)\" failed with message: \(why)."
            )
            if conditions != before { news.append(failure(of: created.name, known: known)) }
        default: break
        }
        guard let ready else { return }
        status["latestReadyRevisionName"] = .string(ready)
        if ready == created.name { conditions.mark("Ready", .true) }
        if ready != known {
            news.append(News("LatestReadyUpdate", "LatestReadyRevisionName updated to \"\(ready)\""))
        }
    }

    private func failure(of name: String, known: String?) -> News {
        known == name
            ? News(isWarning: true, "LatestReadyFailed", "Latest ready revision \"\(name)\" has failed")
            : News(isWarning: true, "LatestCreatedFailed", "Latest created revision \"\(name)\" has failed")
    }
}
