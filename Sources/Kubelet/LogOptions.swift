package import Base
package import KubeModel

/// What a reader of a log asks for.
package struct LogOptions: Equatable, Sendable {
    package var follows = false
    /// The run before the present one.
    package var isPrevious = false
    package var showsTimes = false
    /// Nil is the whole log.
    package var tailLines: Int?
    package var since: WallTime?
    package var bytesMax: Int?

    package init() {}

    /// Reads the query of `pods/<pod>/log`, refusing what Kubernetes refuses in its words.
    package init(_ query: [(name: String, value: String)], pod: String, now: WallTime) throws(APIStatus) {
        var faults: [FieldFault] = []
        for (name, value) in query {
            switch name {
            case "follow": follows = LogOptions.isTrue(value)
            case "previous": isPrevious = LogOptions.isTrue(value)
            case "timestamps": showsTimes = LogOptions.isTrue(value)
            case "tailLines": tailLines = try LogOptions.number(name, value, atLeast: 0, &faults)
            case "limitBytes": bytesMax = try LogOptions.number(name, value, atLeast: 1, &faults)
            case "sinceSeconds":
                since = try LogOptions.number(name, value, atLeast: 1, &faults).map {
                    now + .seconds(-min($0, 1 << 32))
                }
            case "sinceTime":
                guard let time = WallTime(rfc3339: value) else {
                    throw .badRequest("parsing time \"\(value)\" as RFC 3339: cannot parse it")
                }
                since = time
            default: continue
            }
        }
        guard faults.isEmpty else { throw .invalid(kind: "PodLogOptions", group: "", name: pod, faults) }
    }

    private static func isTrue(_ value: String) -> Bool { ["true", "1", ""].contains(value) }

    private static func number(
        _ name: String,
        _ value: String,
        atLeast least: Int,
        _ faults: inout [FieldFault]
    ) throws(APIStatus) -> Int? {
        guard let number = Int(value) else { throw .badRequest("\(name) must be a number, was \"\(value)\"") }
        if number >= least { return number }
        let rule = least == 0 ? "must be greater than or equal to 0" : "must be greater than 0"
        faults.append(.invalid(name, .int(Int64(number)), rule))
        return nil
    }
}
