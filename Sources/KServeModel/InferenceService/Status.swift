package import Base
package import KubeModel

/// The status of an InferenceService while a reconcile writes it.
package struct InferenceServiceStatus: Sendable {
    package var json: JSON
    package var conditions: Conditions
    private let now: WallTime

    /// Begins with what the object says; transitions are stamped with `now`.
    package init(_ object: KubeObject, now: WallTime) {
        json = object.status
        conditions = Conditions(object.status["conditions"], order: .byType)
        self.now = now
    }

    /// The conditions that Ready depends on; of two that changed together the first is told.
    private static let vital = ["PredictorReady", "IngressReady"]

    package var isReady: Bool { conditions.isTrue("Ready") }

    /// Sets a condition and, where Ready depends on it, Ready.
    package mutating func set(
        _ type: String,
        _ status: Conditions.Status,
        reason: String = "",
        message: String = ""
    ) {
        let isVital = InferenceServiceStatus.vital.contains(type)
        let extra: [String: JSON] = isVital ? [:] : ["severity": "Info"]
        conditions.set(type, status, reason: reason, message: message, extra: extra, now: now)
        if isVital { settleReady() }
    }

    package mutating func remove(_ type: String) { conditions.remove(type) }

    /// Forgets everything but how the service runs.
    package mutating func clear() {
        let mode = json["deploymentMode"]
        json = .emptyObject
        json["deploymentMode"] = mode
        conditions = Conditions(.null, order: .byType)
    }

    /// Ready is the newest False of what it depends on, else the newest Unknown, else Unknown while something is missing.
    private mutating func settleReady() {
        let known = InferenceServiceStatus.vital.map { conditions[$0] }.filter { !$0.isNull }
        func newest(_ status: Conditions.Status) -> JSON? {
            known.filter { $0["status"].string == status.rawValue }
                .max { ($0["lastTransitionTime"].string ?? "") < ($1["lastTransitionTime"].string ?? "") }
        }
        if let fault = newest(.false) ?? newest(.unknown) {
            let status = Conditions.Status(rawValue: fault["status"].string ?? "") ?? .unknown
            let (reason, message) = (fault["reason"].string ?? "", fault["message"].string ?? "")
            conditions.set("Ready", status, reason: reason, message: message, now: now)
        } else {
            let isWhole = known.count == InferenceServiceStatus.vital.count
            conditions.set("Ready", isWhole ? .true : .unknown, now: now)
        }
    }

    /// The status to store.
    package func finished() -> JSON {
        var status = json
        status["conditions"] = conditions.json
        return status
    }
}

extension InferenceServiceStatus {
    /// Sets a member of a component's status; null takes it away.
    package mutating func setComponent(_ kind: Component.Kind, _ name: String, _ value: JSON) {
        var component = json["components"][kind.rawValue]
        if component.isNull { component = .emptyObject }
        component[name] = value
        json[path: ["components", kind.rawValue]] = component
    }
}
