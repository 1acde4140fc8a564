import Base
import KubeModel
import Net

/// Which container of a pod a request means.
enum PodContainer {
    static func choose(_ asked: String?, of pod: KubeObject) throws(APIStatus) -> String {
        func names(_ list: String) -> [String] { pod.spec[list].array?.compactMap { $0["name"].string } ?? [] }
        let containers = names("containers")
        let others = names("initContainers")
        if let asked, !asked.isEmpty {
            guard (containers + others + names("ephemeralContainers")).contains(asked) else {
                throw .badRequest("container \(asked) is not valid for pod \(pod.name)")
            }
            return asked
        }
        if containers.count == 1 { return containers[0] }
        var message = "a container name must be specified for pod \(pod.name), choose one of: "
        message += "[\(containers.joined(separator: " "))]"
        if !others.isEmpty { message += " or one of the init containers: [\(others.joined(separator: " "))]" }
        throw .badRequest(message)
    }
}

/// Refuses options of `pods/log` that make no sense, before the node is asked.
enum LogOptions {
    static func check(_ request: HTTPRequest, pod: String) throws(APIStatus) {
        var faults: [FieldFault] = []
        for (name, least) in [("tailLines", 0), ("sinceSeconds", 1), ("limitBytes", 1)] {
            guard let value = try request.number(name), value < least else { continue }
            let bound = least == 0 ? "greater than or equal to 0" : "greater than 0"
            faults.append(.invalid(name, .int(Int64(value)), "must be \(bound)"))
        }
        if let time = request.query("sinceTime"), WallTime(rfc3339: time) == nil {
            throw .badRequest("sinceTime: \"\(time)\" is not an RFC 3339 time")
        }
        guard faults.isEmpty else { throw .invalid(kind: "PodLogOptions", group: "", name: pod, faults) }
    }
}
