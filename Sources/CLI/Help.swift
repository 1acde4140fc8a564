/// The texts of `--help`, made from the verbs' declarations.
enum Help {
    static func overview(_ groups: [(title: String, commands: [Command])]) -> String {
        var text = """
            roost serves machine-learning models by KServe's manifests and protocols, from one program.

            Start with:
              roost up                          the whole platform on this machine
              kubectl apply -f examples/iris.yaml   with KUBECONFIG as roost up prints it
              roost predict iris -d '{"instances": [[5.1, 3.5, 1.4, 0.2]]}'

            """
        let width = groups.flatMap(\.commands).map(\.name.count).max() ?? 0
        for group in groups {
            text += "\n\(group.title):\n"
            for command in group.commands { text += "  \(padded(command.name, width))  \(command.summary)\n" }
        }
        return text
            + "\nroost VERB --help tells more of a verb. --log-level debug makes every part tell what it does.\n"
    }

    static func text(_ command: Command) -> String {
        var synopsis = "roost \(command.name)"
        if !command.arguments.isEmpty { synopsis += " \(command.arguments)" }
        synopsis += " [flags]"
        var text = "\(command.summary)\n\nUsage:\n  \(synopsis)\n"
        if !command.details.isEmpty { text += "\n\(command.details)\n" }
        let flags = command.flags + LogFlags.flags
        let spelt = flags.map { flag in
            (flag.short.map { "-\($0), " } ?? "    ") + "--\(flag.name)" + (flag.placeholder.map { " \($0)" } ?? "")
        }
        let width = spelt.map(\.count).max() ?? 0
        text += "\nFlags:\n"
        for (name, flag) in zip(spelt, flags) { text += "  \(padded(name, width))  \(flag.help)\n" }
        return text
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
