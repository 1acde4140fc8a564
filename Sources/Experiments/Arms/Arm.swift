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

    /// What was counted of it, out of the counts of all Services: its own and, where Knative runs it, its revisions'.
    package func tally(among tallies: [String: ArmTally]) -> ArmTally {
        tallies.filter { owns($0.key) }.values.reduce(into: ArmTally()) { $0.merge($1) }
    }

    /// `iris-predictor` and `iris-predictor-00003`.
    private func owns(_ other: String) -> Bool {
        guard other != service else { return true }
        guard other.hasPrefix("\(service)-") else { return false }
        let number = other.utf8.dropFirst(service.utf8.count + 1)
        return number.count >= 5 && number.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
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
