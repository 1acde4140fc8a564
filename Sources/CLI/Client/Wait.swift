import Base
import KubeClient
import KubeModel

extension Command {
    static let wait = Command(
        "wait",
        "TYPE/NAME…",
        summary: "wait until objects are as asked for",
        details: """
              roost wait inferenceservice/iris                      until it is Ready
              roost wait pod/web --for condition=ContainersReady
              roost wait isvc/iris --for delete --timeout 30s

            What is still missing is told while it waits.
            """,
        flags: ClientSession.flags + [
            Flag("for", "WHAT", "condition=NAME[=VALUE] or delete (default condition=Ready)"),
            Flag("timeout", "TIME", "how long to wait (default 300s)"),
        ],
        run: { invocation in
            let wish = try Wish(invocation["for"] ?? "condition=Ready")
            let session = try ClientSession(invocation)
            let directory = try await ResourceDirectory(session.api)
            let timeout = try invocation.duration("timeout") ?? .seconds(300)
            for (entry, name) in try Targets(invocation.arguments, directory).items {
                guard let name else { throw Misuse("wait needs TYPE/NAME") }
                let key = ObjectKey(namespace: entry.isNamespaced ? session.namespace : nil, name: name)
                let title = "\(entry.resource.qualified)/\(name)"
                var told = ""
                try await waiting(for: "\(wish) of \(title)", timeout) {
                    let object = try await session.api.find(entry.resource, key)
                    if object == nil, wish != .deletion { throw APIStatus.notFound(entry.resource, name) }
                    let missing = wish.missing(in: object)
                    if let missing, missing != told {
                        Output.write("waiting for \(title): \(missing)\n", to: 2)
                        told = missing
                    }
                    return missing == nil
                }
                Output.write("\(title) \(wish.met)\n")
            }
        }
    )
}

/// What is waited for.
private enum Wish: Equatable, CustomStringConvertible {
    case condition(type: String, status: String)
    case deletion

    init(_ text: String) throws(Misuse) {
        let parts = text.split(separator: "=").map(String.init)
        switch (parts.first, parts.count) {
        case ("delete", 1): self = .deletion
        case ("condition", 2): self = .condition(type: parts[1], status: "True")
        case ("condition", 3): self = .condition(type: parts[1], status: parts[2])
        default: throw Misuse("--for is condition=NAME, condition=NAME=VALUE or delete, was \"\(text)\"")
        }
    }

    var description: String {
        switch self {
        case .condition(let type, let status): "condition \(type)=\(status)"
        case .deletion: "deletion"
        }
    }

    var met: String { self == .deletion ? "deleted" : "condition met" }

    /// What is missing, in words; nil when the wish is fulfilled.
    func missing(in object: KubeObject?) -> String? {
        guard case .condition(let type, let status) = self else { return object == nil ? nil : "still there" }
        guard let object else { return "not there" }
        let conditions = object.status["conditions"].array ?? []
        guard let condition = conditions.first(where: { $0["type"].string?.lowercased() == type.lowercased() }) else {
            return "no condition \(type) yet"
        }
        if let observed = object.status["observedGeneration"].int, observed < object.generation {
            return "generation \(object.generation) not seen yet"
        }
        let now = condition["status"].string ?? "Unknown"
        if now.lowercased() == status.lowercased() { return nil }
        return [condition["reason"].string, condition["message"].string].compactMap { $0 }.joined(separator: ": ")
            .nonEmpty ?? "\(type) is \(now)"
    }
}

extension String {
    /// The text, or nil where it is empty.
    var nonEmpty: String? { isEmpty ? nil : self }
}
