package import KServeModel

/// Why what an InferenceService asks for cannot be made.
package struct PlanFault: Error, Equatable, CustomStringConvertible {
    /// For conditions: one word.
    package let reason: String
    /// For conditions and events.
    package let description: String
    /// What the model's status tells, where the model is at fault.
    package var refusal: RuntimeRefusal?

    init(_ reason: String, _ description: String) {
        self.reason = reason
        self.description = description
    }

    init(_ refusal: RuntimeRefusal) {
        reason = refusal.reason.rawValue
        description = refusal.description
        self.refusal = refusal
    }
}
