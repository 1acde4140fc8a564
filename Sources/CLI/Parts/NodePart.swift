import Node

/// The node's flags, in `roost up` and alone.
enum NodePart {
    static let flags = [
        Flag(
            "image-program",
            "IMAGE=COMMAND",
            "a program of this machine, and its first words, that runs in place of an image; may be given several times"
        )
    ]

    /// The programs that the flags name, by image.
    static func imagePrograms(_ invocation: Invocation) throws(Misuse) -> [String: [String]] {
        var programs: [String: [String]] = [:]
        for text in invocation.all("image-program") {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            let words = parts.count == 2 ? parts[1].split(separator: " ").map(String.init) : []
            guard let image = parts.first, !words.isEmpty else {
                throw Misuse("--image-program must be IMAGE=COMMAND, was \"\(text)\"")
            }
            programs[image] = words
        }
        return programs
    }
}

extension Command {
    static let node = Command(
        "node",
        summary: "runs pods as processes of this machine",
        flags: PartVerb.flags + [Flag("data-dir", "DIR", "where logs and volumes are kept")] + NodePart.flags,
        run: { invocation in
            let parts = try await Parts(api: try await PartVerb.api(invocation))
            let node = try parts.node(
                folder: try DataFolder(invocation["data-dir"]).path,
                imagePrograms: try NodePart.imagePrograms(invocation)
            )
            try await PartVerb.run("node", invocation) { try await node.run() }
        }
    )
}
