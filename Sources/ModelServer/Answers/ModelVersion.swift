import Net

/// What answers say of the version that made them, where a service has several: ready-made pieces of bodies.
struct ModelVersion: Sendable {
    /// The version's name; empty where there is but one.
    let name: String
    /// What follows the list of predictions in version 1: `}`, or the name in a member of its own and that.
    private let afterPredictions: [UInt8]
    /// `,"model_version":…` of version 2; null without a name, as KServe's server tells it.
    private let member: [UInt8]

    init(_ name: String) {
        var after = OutBuffer()
        var member = OutBuffer()
        member.append(",\"model_version\":")
        if name.isEmpty {
            member.append("null")
        } else {
            JSONText.write(name, into: &member)
            after.append(",\"version\":")
            JSONText.write(name, into: &after)
        }
        after.append("}")
        self.name = name
        self.member = Array(member.bytes)
        afterPredictions = Array(after.bytes)
    }

    /// Ends `{"predictions":[…]`.
    func endPredictions(_ body: inout OutBuffer) { afterPredictions.withUnsafeBytes { body.append($0) } }

    /// Appends the member of a version 2 answer.
    func writeMember(into body: inout OutBuffer) { member.withUnsafeBytes { body.append($0) } }
}
