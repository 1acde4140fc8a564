import Base
import CLinux
import Graph
import Telemetry

extension Command {
    /// What help says; the words go to `RouterVerb`, which takes flags that it does not know.
    static let router = Command(
        "router",
        summary: "KServe's router of an InferenceGraph",
        details: """
              roost router --graph-json '{"nodes": {"root": {"routerType": "Sequence", "steps": [{"serviceUrl": "http://…"}]}}}'

            Answers requests of any path by walking the graph. /readyz is 503 from TERM on; running requests may go on for 30 s.
            The environment variable PROPAGATE_HEADERS lists expressions with commas between them: fields of a request whose
            names match go along to every step. Flags that nobody knows are warned of.
            """,
        flags: [
            Flag("graph-json", "JSON", "the spec of the InferenceGraph, its services resolved to serviceUrl"),
            Flag("port", "N", "the port (default 8080; 0: any)"),
            Flag("address", "ADDRESS", "where to listen (default 0.0.0.0, or $ROOST_BIND_ADDRESS)"),
        ],
        run: { _ in }
    )
}

/// The router as a program: no task, no thread but its own loop and the one that waits for signals.
enum RouterVerb {
    /// The service's name in traces where no variable has one.
    static let tracedName = "roost-router"

    static func main(_ words: [String]) -> Never {
        ServerVerb.main("router") {
            let environment = RouterConfiguration.variables.reduce(into: [String: String]()) { values, name in
                values[name] = Environment[name]
            }
            do {
                let configuration = try RouterConfiguration(words, environment: environment)
                let tracing = TracingPart.start(RouterVerb.tracedName, MetricRegistry())
                let router = GraphRouter(configuration) { _ in tracing?.makeTracer() }
                _ = try router.start()
                return {
                    await router.drain(within: ServerVerb.drainTime)
                    await tracing?.end(within: TracingPart.endTime)
                }
            } catch let misuse as RouterMisuse {
                throw Misuse(misuse.description)
            }
        }
    }
}
