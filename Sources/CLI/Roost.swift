import Base
import CLinux

/// The program: finds the verb, runs it, and turns its end into an exit status (0 done, 1 failed, 2 misused).
package enum Roost {
    private static let groups: [(title: String, commands: [Command])] = [
        ("The platform", [.up]),
        ("Its parts, each a process of its own", [.api, .controller, .serverless, .workloads, .node, .gateway]),
        ("Using it", [.apply, .get, .delete, .wait, .predict, .top, .ab, .drift, .scaleExplain, .simulate]),
        ("In the pods of services", [.router, .agent]),
        ("Models", [.modelServer, .modelInspect, .modelFormats, .modelBench]),
        ("About", [.version]),
    ]

    /// Runs the program with its words, the program's own name left out. Does not return.
    package static func main(_ words: [String]) -> Never {
        TerminationSignals.block()
        raiseDescriptorLimit()
        let words = takeLogFlags(words)
        guard let verb = words.first, !["help", "--help", "-h"].contains(verb) else {
            if let (command, _) = find(words.dropFirst()) { finish(output: Help.text(command), status: 0) }
            finish(output: Help.overview(groups), status: 0)
        }
        guard let (command, rest) = find(verb == "--version" ? ["version"] : words[...]) else {
            complain("roost: unknown verb \"\(verb)\"; roost --help lists them")
            exit(2)
        }
        if rest.contains("--help") || rest.contains("-h") { finish(output: Help.text(command), status: 0) }
        if command.name == Command.modelServer.name { ModelServerVerb.main(rest) }
        if command.name == Command.router.name { RouterVerb.main(rest) }
        if command.name == Command.agent.name { AgentVerb.main(rest) }
        run(command, rest)
    }

    /// Sets the log up by its flags, which every verb takes; the words without them.
    private static func takeLogFlags(_ words: [String]) -> [String] {
        var rest = words
        do throws(Misuse) {
            try LogFlags(&rest) { Environment[$0] }.apply()
        } catch {
            complain("roost: \(error)")
            exit(2)
        }
        return rest
    }

    /// Lets the process have as many connections as the machine allows it; shells start programs with 1,024.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard clinux_get_descriptor_limit(&limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        clinux_set_descriptor_limit(&limit)
    }

    /// The verb that words begin with, and those behind it; some verbs are two words.
    private static func find(_ words: ArraySlice<String>) -> (command: Command, rest: [String])? {
        for count in 1...2 where words.count >= count {
            let name = words.prefix(count).joined(separator: " ")
            guard let command = groups.flatMap(\.commands).first(where: { $0.name == name }) else { continue }
            return (command, Array(words.dropFirst(count)))
        }
        return nil
    }

    /// Runs a verb in the background while this thread, the main one, waits for signals.
    private static func run(_ command: Command, _ words: [String]) -> Never {
        let shutdown = ShutdownSignal()
        Task.detached {
            do {
                try await command.run(Invocation(command, words, shutdown: shutdown))
                exit(0)
            } catch let misuse as Misuse {
                complain("roost \(command.name): \(misuse)\nroost \(command.name) --help tells how it is used")
                exit(2)
            } catch {
                complain("roost \(command.name): \(error)")
                exit(1)
            }
        }
        TerminationSignals.wait()
        shutdown.request()
        TerminationSignals.wait()
        complain("roost \(command.name): stopped at once on the second signal")
        exit(1)
    }

    private static func finish(output: String, status: Int32) -> Never {
        Output.write(output)
        exit(status)
    }

    private static func complain(_ text: String) { Output.write("\(text)\n", to: 2) }
}

/// Standard output is data, standard error is talk.
enum Output {
    static func write(_ text: String, to descriptor: Int32 = 1) { write(Array(text.utf8), to: descriptor) }

    static func write(_ bytes: [UInt8], to descriptor: Int32 = 1) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { CLinux.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if clinux_errno() == EINTR { continue }
                return  // whoever read our output is gone: there is nobody to tell
            }
            rest = rest.dropFirst(written)
        }
    }
}
