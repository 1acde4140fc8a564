import Base
import KubeClient
import KubeModel

extension Command {
    static let get = Command(
        "get",
        "TYPE [NAME…]",
        summary: "show objects",
        details: """
            Prints a table, or the objects themselves.

              roost get inferenceservices
              roost get pods -l serving.kserve.io/inferenceservice=iris -o wide
              roost get isvc iris -o yaml
            """,
        flags: ClientSession.flags + [
            Flag("all-namespaces", short: "A", "objects of every namespace"),
            Flag("selector", short: "l", "LABELS", "only objects with these labels: app=web,tier!=test"),
            Flag("output", short: "o", "FORM", "wide, name, json or yaml"),
        ],
        run: { invocation in
            let form = try OutputForm(invocation["output"])
            let session = try ClientSession(invocation)
            let directory = try await ResourceDirectory(session.api)
            let targets = try Targets(invocation.arguments, directory)
            let isAll = invocation.has("all-namespaces")
            for (index, target) in targets.items.enumerated() {
                let namespace = target.entry.isNamespaced && !isAll ? session.namespace : nil
                let path = target.entry.resource.path(namespace: namespace, name: target.name)
                let query = invocation["selector"].map { [(name: "labelSelector", value: $0)] } ?? []
                let answer = try await session.api.send("GET", path, query: query, accept: form.accept)
                if index > 0 { Output.write(form.separator) }
                Output.write(form.render(answer, target.entry, showsNamespace: isAll && target.entry.isNamespaced))
            }
        }
    )
}

/// How objects are shown.
private enum OutputForm {
    case table(isWide: Bool), name, json, yaml

    init(_ word: String?) throws(Misuse) {
        switch word {
        case nil: self = .table(isWide: false)
        case "wide": self = .table(isWide: true)
        case "name": self = .name
        case "json": self = .json
        case "yaml": self = .yaml
        case .some(let other): throw Misuse("--output is wide, name, json or yaml, was \"\(other)\"")
        }
    }

    var accept: String {
        if case .table = self { return "application/json;as=Table;v=v1;g=meta.k8s.io,application/json" }
        return "application/json"
    }

    var separator: String {
        switch self {
        case .table: "\n"
        case .yaml: "---\n"
        case .name, .json: ""
        }
    }

    func render(_ answer: JSON, _ entry: ResourceDirectory.Entry, showsNamespace: Bool) -> String {
        switch self {
        case .table(let isWide):
            if answer["rows"].array?.isEmpty ?? true { return "no \(entry.resource.plural) found\n" }
            return TableText.render(answer, isWide: isWide, showsNamespace: showsNamespace)
        case .json: return answer.pretty() + "\n"
        case .yaml: return YAML.text(answer)
        case .name:
            let objects = answer["items"].array.map { $0.map(KubeObject.init) } ?? [KubeObject(answer)]
            return objects.map { "\(entry.resource.qualified)/\($0.name)\n" }.joined()
        }
    }
}
