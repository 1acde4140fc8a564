import CLinux

/// Verbs that are a server in a pod: they run until TERM, then drain.
enum ServerVerb {
    /// How long requests may go on after TERM.
    static let drainTime = Duration.seconds(30)

    /// Starts a server, waits for TERM, and ends the program when `start`'s result has drained it; a second TERM ends it
    /// at once. Does not return.
    static func main(_ name: String, start: () throws -> @Sendable () async -> Void) -> Never {
        do {
            let drain = try start()
            TerminationSignals.wait()
            Task.detached {
                await drain()
                exit(0)
            }
            TerminationSignals.wait()
            exit(1)
        } catch let misuse as Misuse {
            Output.write("roost \(name): \(misuse)\nroost \(name) --help tells how it is used\n", to: 2)
            exit(2)
        } catch {
            Output.write("roost \(name): \(error)\n", to: 2)
            exit(1)
        }
    }
}
