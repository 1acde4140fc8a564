package import Base
package import KubeModel

/// The conditions of a Knative kind: Ready is what the vital ones are together, the others only inform.
package struct LivingConditions: Equatable {
    private var conditions: Conditions
    private let vital: [String]
    private let now: WallTime
    private let stored: Conditions

    /// - Parameters:
    ///   - json: the conditions so far; those that are missing are Unknown.
    ///   - vital: what Ready depends on; where it is empty, Ready is set by itself.
    package init(_ json: JSON, vital: [String], now: WallTime) {
        conditions = Conditions(json, order: .byType)
        stored = conditions
        self.vital = vital
        self.now = now
        for type in ["Ready"] + vital where conditions.status(type) == nil { conditions.set(type, .unknown, now: now) }
    }

    /// What belongs into `status.conditions`: one that went and came back while it was looked at has not moved.
    package var json: JSON {
        let groomed = (conditions.json.array ?? []).map { condition in
            let before = stored[condition["type"].string ?? ""]
            guard before["status"] == condition["status"] else { return condition }
            var condition = condition
            condition["lastTransitionTime"] = before["lastTransitionTime"]
            return condition
        }
        return .array(groomed)
    }

    package func status(_ type: String) -> Conditions.Status? { conditions.status(type) }

    /// Says how one condition is.
    package mutating func mark(
        _ type: String,
        _ status: Conditions.Status,
        _ reason: String = "",
        _ message: String = ""
    ) {
        let isVital = type == "Ready" || vital.contains(type)
        let extra: [String: JSON] = isVital ? [:] : ["severity": "Info"]
        conditions.set(type, status, reason: reason, message: message, extra: extra, now: now)
        if type != "Ready", isVital { settleReady() }
    }

    /// Takes over how another object's condition is, under a name of this one.
    package mutating func mark(_ type: String, as condition: JSON) {
        guard let status = condition["status"].string.flatMap({ Conditions.Status(rawValue: $0) }) else { return }
        if status == .true {
            mark(type, .true)
        } else {
            mark(type, status, condition["reason"].string ?? "", condition["message"].string ?? "")
        }
    }

    /// The newest False of the vital ones, else the newest Unknown, else True.
    private mutating func settleReady() {
        let known = vital.map { conditions[$0] }
        func newest(_ status: Conditions.Status) -> JSON? {
            known.filter { $0["status"].string == status.rawValue }
                .max { ($0["lastTransitionTime"].string ?? "") < ($1["lastTransitionTime"].string ?? "") }
        }
        if let fault = newest(.false) ?? newest(.unknown) {
            mark("Ready", as: fault)
        } else {
            mark("Ready", .true)
        }
    }
}
