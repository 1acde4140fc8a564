package import Base

/// How fast an autoscaler may change a target: `spec.behavior`, one of its directions.
package struct ScaleRules: Equatable, Sendable {
    /// Which of several policies holds.
    package enum Selection: String, Sendable {
        case max = "Max"
        case min = "Min"
        case disabled = "Disabled"
    }

    /// So many pods, or so many percent, within a period.
    package struct Policy: Equatable, Sendable {
        package let isPercent: Bool
        package let value: Int
        package let period: Duration

        package init(isPercent: Bool, value: Int, period: Duration) {
            self.isPercent = isPercent
            self.value = value
            self.period = period
        }
    }

    /// Within this time no recommendation that asks for less of a change is passed over; nil takes the controller's.
    package var stabilizationWindow: Duration?
    package var selection = Selection.max
    package var policies: [Policy] = []
    /// How far a ratio may be from 1 without any change; nil takes the controller's.
    package var tolerance: Double?

    package init() {}

    var longestPeriod: Duration { policies.map(\.period).max() ?? .zero }
}

/// Both directions of `spec.behavior`.
package struct ScaleBehavior: Equatable, Sendable {
    package var up: ScaleRules
    package var down: ScaleRules

    package init(up: ScaleRules, down: ScaleRules) {
        self.up = up
        self.down = down
    }
}

/// What an autoscaler remembers of a target between two decisions.
package struct ScaleHistory: Equatable, Sendable {
    /// A number at a time: of replicas that were recommended, or that were added or taken away.
    package struct Entry: Equatable, Sendable {
        package let count: Int
        package let at: WallTime

        package init(_ count: Int, at: WallTime) {
            self.count = count
            self.at = at
        }
    }

    package var recommendations: [Entry] = []
    package var added: [Entry] = []
    package var removed: [Entry] = []

    package init() {}
}
