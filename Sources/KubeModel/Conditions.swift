package import Base

/// The list of conditions in an object's status, with the one rule that clients rely on:
/// `lastTransitionTime` moves only when `status` does.
package struct Conditions: Equatable, Sendable {
    /// How the list is ordered.
    package enum Order: Sendable {
        /// In the order of their first setting, as Kubernetes' own controllers do.
        case asSet
        /// By type, as Knative does.
        case byType
    }

    /// What a condition can be.
    package enum Status: String, Sendable {
        case `true` = "True"
        case `false` = "False"
        case unknown = "Unknown"

        package init(_ isTrue: Bool) { self = isTrue ? .true : .false }
    }

    private var list: [JSON]
    private let order: Order

    /// Reads `status.conditions`; null is the empty list.
    package init(_ json: JSON = .null, order: Order = .asSet) {
        list = json.array ?? []
        self.order = order
    }

    /// What belongs into `status.conditions`: null where there is no condition.
    package var json: JSON { list.isEmpty ? .null : .array(list) }

    /// The condition of a type, null where there is none.
    package subscript(type: String) -> JSON { list.first { $0["type"].string == type } ?? .null }

    /// The status of a condition, nil where there is none.
    package func status(_ type: String) -> Status? { self[type]["status"].string.flatMap { Status(rawValue: $0) } }

    /// Whether a condition is there and True.
    package func isTrue(_ type: String) -> Bool { status(type) == .true }

    /// Sets a condition: its transition time is `now` if the status is new, else what it was.
    ///
    /// - Parameter extra: members besides the usual ones (`severity`, `lastUpdateTime`, `observedGeneration`).
    package mutating func set(
        _ type: String,
        _ status: Status,
        reason: String = "",
        message: String = "",
        extra: [String: JSON] = [:],
        now: WallTime
    ) {
        let old = self[type]
        var condition = JSON.object(extra)
        condition["type"] = .string(type)
        condition["status"] = .string(status.rawValue)
        if !reason.isEmpty { condition["reason"] = .string(reason) }
        if !message.isEmpty { condition["message"] = .string(message) }
        let kept = old["status"].string == status.rawValue ? old["lastTransitionTime"].string : nil
        condition["lastTransitionTime"] = .string(kept ?? now.rfc3339)
        if let index = list.firstIndex(where: { $0["type"].string == type }) {
            list[index] = condition
        } else {
            list.append(condition)
        }
        sort()
    }

    /// Takes a condition away.
    package mutating func remove(_ type: String) { list.removeAll { $0["type"].string == type } }

    private mutating func sort() {
        guard order == .byType else { return }
        list.sort { ($0["type"].string ?? "") < ($1["type"].string ?? "") }
    }
}
