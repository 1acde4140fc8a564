/// A condition of a HorizontalPodAutoscaler before it has a time.
package struct ScaleCondition: Equatable, Sendable {
    /// The types of condition that such an object has.
    package enum Kind: String, Sendable {
        case ableToScale = "AbleToScale"
        case scalingActive = "ScalingActive"
        case scalingLimited = "ScalingLimited"
        case scaledToZero = "ScaledToZero"
    }

    package let kind: Kind
    package let isTrue: Bool
    package let reason: String
    package let message: String

    package init(_ kind: Kind, _ isTrue: Bool, _ reason: String, _ message: String) {
        self.kind = kind
        self.isTrue = isTrue
        self.reason = reason
        self.message = message
    }
}

extension ScaleCondition {
    static let withinRange = ScaleCondition(
        .scalingLimited,
        false,
        "DesiredWithinRange",
        "the desired count is within the acceptable range"
    )
    static let tooFew = ScaleCondition(
        .scalingLimited,
        true,
        "TooFewReplicas",
        "the desired replica count is less than the minimum replica count"
    )
    static let tooMany = ScaleCondition(
        .scalingLimited,
        true,
        "TooManyReplicas",
        "the desired replica count is more than the maximum replica count"
    )
    static let upLimit = ScaleCondition(
        .scalingLimited,
        true,
        "ScaleUpLimit",
        "the desired replica count is increasing faster than the maximum scale rate"
    )
    static let downLimit = ScaleCondition(
        .scalingLimited,
        true,
        "ScaleDownLimit",
        "the desired replica count is decreasing faster than the maximum scale rate"
    )
}
