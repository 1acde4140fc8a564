import KubeModel

/// What a client verb is to act on: `TYPE`, `TYPE NAME…`, `TYPE/NAME…`.
struct Targets: Sendable {
    /// One kind and the names of it that are meant; no names means all.
    let items: [(entry: ResourceDirectory.Entry, name: String?)]

    init(_ words: [String], _ directory: ResourceDirectory) throws {
        guard let first = words.first else { throw Misuse("which type? For example: inferenceservices") }
        if words.contains(where: { $0.contains("/") }) {
            items = try words.map { word in
                let parts = word.split(separator: "/", maxSplits: 1).map(String.init)
                guard parts.count == 2 else { throw Misuse("\"\(word)\" is not TYPE/NAME") }
                return (try directory.find(word: parts[0]), parts[1])
            }
        } else {
            let types = try first.split(separator: ",").map { try directory.find(word: String($0)) }
            let names = Array(words.dropFirst())
            items = types.flatMap { type in names.isEmpty ? [(type, nil)] : names.map { (type, $0) } }
        }
    }
}
