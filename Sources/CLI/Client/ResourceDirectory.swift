import Base
import KubeClient
import KubeModel

/// The kinds that a server offers, found by what people call them: `isvc`, `pods`, `Deployment`, `jobs.batch`.
struct ResourceDirectory: Sendable {
    /// One kind as discovery tells it.
    struct Entry: Sendable {
        let resource: ResourceID
        let kind: String
        let isNamespaced: Bool
        let isCustom: Bool
        fileprivate let words: Set<String>
    }

    private let entries: [Entry]

    /// Reads discovery; the first version of a group is the preferred one.
    init(_ api: HTTPSKubernetesAPI) async throws {
        var entries = ResourceDirectory.entries(try await api.send("GET", "/api/v1"), group: "", version: "v1")
        for group in try await api.send("GET", "/apis")["groups"].array ?? [] {
            for version in group["versions"].array ?? [] {
                guard let name = group["name"].string, let version = version["version"].string else { continue }
                let list = try await api.send("GET", "/apis/\(name)/\(version)")
                entries += ResourceDirectory.entries(list, group: name, version: version)
            }
        }
        self.entries = entries
    }

    private static func entries(_ list: JSON, group: String, version: String) -> [Entry] {
        (list["resources"].array ?? []).compactMap { resource in
            guard let plural = resource["name"].string, !plural.contains("/"), let kind = resource["kind"].string else {
                return nil
            }
            let singular = resource["singularName"].string ?? ""
            let names = [plural, singular, kind.lowercased()] + resource["shortNames"].strings
            let words = names.filter { !$0.isEmpty }.flatMap { name in
                group.isEmpty ? [name] : [name, "\(name).\(group)", "\(name).\(version).\(group)"]
            }
            return Entry(
                resource: ResourceID(group, version, plural),
                kind: kind,
                isNamespaced: resource["namespaced"].bool ?? false,
                isCustom: group.contains(".") && !group.hasSuffix(".k8s.io"),
                words: Set(words)
            )
        }
    }

    /// The kind that a person's word means.
    func find(word: String) throws -> Entry {
        guard let entry = entries.first(where: { $0.words.contains(word.lowercased()) }) else {
            throw Failure("the server does not have a resource type \"\(word)\"")
        }
        return entry
    }

    /// The kind of an object in a manifest.
    func find(of object: KubeObject) throws -> Entry {
        let found = entries.first { $0.kind == object.kind && $0.resource.apiVersion == object.apiVersion }
        guard let found else {
            throw Failure("the server does not have a kind \(object.kind) in version \(object.apiVersion)")
        }
        return found
    }
}
