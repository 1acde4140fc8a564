import Base
import CLinux
import ModelServer

extension Command {
    /// What help says; the words go to `ModelServerVerb`, which takes flags that it does not know.
    static let modelServer = Command(
        "model-server",
        summary: "KServe's protocols around one model",
        details: """
              roost model-server --model_name iris --model_dir examples/models/iris --http_port 8080

            Listens when the model is loaded, and not before. Flags of KServe's Python servers that have no meaning here are
            warned of and passed over. TERM drains and stops.
            """,
        flags: [
            Flag("model_name", "NAME", "the name in the paths (default model)"),
            Flag("model_dir", "DIR", "the folder with one .pkl, .pickle or .joblib file (default /mnt/models)"),
            Flag("http_port", "N", "the port (default 8080; 0: any)"),
            Flag("address", "ADDRESS", "where to listen (default 0.0.0.0, or $ROOST_BIND_ADDRESS)"),
        ],
        run: { _ in }
    )
}

/// The model server as a program: no task, no thread but its own loop and the one that waits for signals.
enum ModelServerVerb {
    /// How long requests may go on after TERM.
    private static let drainTime = Duration.seconds(30)

    static func main(_ words: [String]) -> Never {
        do {
            let environment = ["PREDICT_PROBA", "ROOST_BIND_ADDRESS"].reduce(into: [String: String]()) { values, name in
                values[name] = Environment[name]
            }
            let server = ModelServer(try ModelServerConfiguration.parse(words, environment: environment))
            _ = try server.start()
            TerminationSignals.wait()
            Task.detached {
                await server.drain(within: drainTime)
                exit(0)
            }
            TerminationSignals.wait()
            exit(1)
        } catch let misuse as ModelServerMisuse {
            Output.write("roost model-server: \(misuse)\nroost model-server --help tells how it is used\n", to: 2)
            exit(2)
        } catch {
            Output.write("roost model-server: \(error)\n", to: 2)
            exit(1)
        }
    }
}
