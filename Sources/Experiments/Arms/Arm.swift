package import Statistics

/// One version in an experiment.
package struct Arm: Equatable, Sendable {
    package let name: String
    /// The Service that its requests go to.
    package let service: String
    /// Its share of the requests, in percent.
    package let weight: Int
    /// Changes when something else answers under the same name.
    package let version: String

    package init(name: String, service: String, weight: Int, version: String) {
        self.name = name
        self.service = service
        self.weight = weight
        self.version = version
    }
}

/// A version with what was counted of it.
package struct MeasuredArm: Equatable, Sendable {
    package let arm: Arm
    package let tally: ArmTally

    package init(_ arm: Arm, _ tally: ArmTally) {
        self.arm = arm
        self.tally = tally
    }
}
