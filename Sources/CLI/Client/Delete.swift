import Base
import KubeClient
import KubeModel

extension Command {
    static let delete = Command(
        "delete",
        "TYPE NAME… | -f FILE",
        summary: "delete objects and wait until they are gone",
        details: """
              roost delete isvc iris
              roost delete -f examples/iris.yaml
            """,
        flags: ClientSession.flags + [
            Flag("filename", short: "f", "FILE", "delete what this file or folder holds; - reads standard input"),
            Flag("timeout", "TIME", "how long to wait (default 60s)"),
        ],
        run: { invocation in
            let session = try ClientSession(invocation)
            let directory = try await ResourceDirectory(session.api)
            let timeout = try invocation.duration("timeout") ?? .seconds(60)
            for (entry, key) in try targets(invocation, session, directory) {
                let name = "\(entry.resource.qualified)/\(key.name)"
                let before = try await session.api.get(entry.resource, key)
                try await session.api.delete(entry.resource, key, DeleteOptions(propagation: .background))
                try await waiting(for: "\(name) to be gone", timeout) {
                    guard let now = try await session.api.find(entry.resource, key) else { return true }
                    return now.uid != before.uid
                }
                Output.write("\(name) deleted\n")
            }
        }
    )

    private static func targets(
        _ invocation: Invocation,
        _ session: ClientSession,
        _ directory: ResourceDirectory
    ) throws -> [(ResourceDirectory.Entry, ObjectKey)] {
        let files = invocation.all("filename")
        if !files.isEmpty {
            return try files.flatMap { try Manifest.objects(at: $0) }.map { object in
                let entry = try directory.find(of: object)
                let namespace = entry.isNamespaced ? object.namespace ?? session.namespace : nil
                return (entry, ObjectKey(namespace: namespace, name: object.name))
            }
        }
        return try Targets(invocation.arguments, directory).items.map { entry, name in
            guard let name else { throw Misuse("which \(entry.resource.plural)? A name is needed") }
            return (entry, ObjectKey(namespace: entry.isNamespaced ? session.namespace : nil, name: name))
        }
    }
}

/// Asks `isDone` until it says yes; fails with what was waited for when the time is over.
func waiting(for what: String, _ timeout: Duration, _ isDone: () async throws -> Bool) async throws {
    let time = SystemTime()
    let deadline = time.monotonic() + timeout
    while try await !isDone() {
        guard time.monotonic() < deadline else { throw Failure("timed out waiting for \(what)") }
        try await time.sleep(.milliseconds(50))
    }
}
