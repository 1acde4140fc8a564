import Base
import KServeModel
import KubeModel

/// What people are told when a status changes.
struct StatusEvent: Equatable {
    let isWarning: Bool
    let reason: String
    let message: String

    /// The events of a change; `fault` is why the service could not be carried out, if it could not.
    static func events(from before: KubeObject, to after: KubeObject, fault: PlanFault?) -> [StatusEvent] {
        [readiness(before, after), planning(before, fault), scaling(before, after), loading(before, after)]
            .compactMap { $0 }
    }

    private static func readiness(_ before: KubeObject, _ after: KubeObject) -> StatusEvent? {
        let was = Conditions(before.status["conditions"]).status("Ready")
        let isNow = Conditions(after.status["conditions"]).status("Ready")
        if was != .true, isNow == .true {
            let message = "InferenceService [\(after.name)] is Ready"
            return StatusEvent(isWarning: false, reason: "InferenceServiceReady", message: message)
        }
        guard was == .true, isNow == .false else { return nil }
        let faults = (after.status["conditions"].array ?? []).filter { condition in
            condition["status"].string == "False" && !["Ready", "Stopped"].contains(condition["type"].string)
        }
        let names = faults.compactMap { $0["type"].string }.joined(separator: ", ")
        let message = "InferenceService [\(after.name)] is no longer Ready because of: \(names)"
        return StatusEvent(isWarning: true, reason: "InferenceServiceNotReady", message: message)
    }

    private static func planning(_ before: KubeObject, _ fault: PlanFault?) -> StatusEvent? {
        guard let fault else { return nil }
        let told = Conditions(before.status["conditions"])["PredictorReady"]["message"].string
        if told == fault.description { return nil }
        let reason = fault.reason.hasSuffix("Rejected") ? fault.reason : "InternalError"
        return StatusEvent(isWarning: true, reason: reason, message: fault.description)
    }

    private static func scaling(_ before: KubeObject, _ after: KubeObject) -> StatusEvent? {
        let fault = Conditions(after.status["conditions"])["LoadScalingReady"]
        guard fault["status"].string == "False", Conditions(before.status["conditions"])["LoadScalingReady"].isNull
        else {
            return nil
        }
        let (reason, message) = (fault["reason"].string ?? "", fault["message"].string ?? "")
        return StatusEvent(isWarning: true, reason: reason, message: message)
    }

    private static func loading(_ before: KubeObject, _ after: KubeObject) -> StatusEvent? {
        let old = before.status["modelStatus"]["lastFailureInfo"]
        let failure = after.status["modelStatus"]["lastFailureInfo"]
        let reason = failure["reason"].string ?? ""
        let isNews =
            switch reason {
            case "ModelLoadFailed": failure != old
            // Its wording changes with every try; that it lasts is no news.
            case "RuntimeUnhealthy": failure["reason"] != old["reason"]
            default: false
            }
        return isNews ? StatusEvent(isWarning: true, reason: reason, message: failure["message"].string ?? "") : nil
    }
}
