import Agent
import Base
import CLinux
import Telemetry

extension Command {
    /// What help says; the words go to `AgentVerb`, which takes flags that it does not know.
    static let agent = Command(
        "agent",
        summary: "KServe's agent before a component: batcher and payload logger",
        details: """
              roost agent --component-port 8080 --enable-batcher --max-batchsize 32 --max-latency 100
              roost agent --component-port 8080 --log-url http://sink/ --log-mode all --inference-service iris

            Passes requests through to the component. Predict requests of version 1 that come within max-latency go to the
            component as one. Payloads go to log-url as CloudEvents beside the requests: posted to a URL of http, or as lines
            of files below a folder (file:///DIR), in NAMESPACE/INFERENCE-SERVICE/COMPONENT. What the sink is too slow for is
            lost and counted; /roost/agent/metrics tells how many. Flags that nobody knows are warned of.
            """,
        flags: [
            Flag("port", "N", "the port (default 9081; 0: any)"),
            Flag(
                "address",
                "ADDRESS",
                "where to listen, and the component does (default 0.0.0.0, or $ROOST_BIND_ADDRESS)"
            ),
            Flag("component-port", "N", "the component's port (default 8080)"),
            Flag("enable-batcher", "put predict requests together"),
            Flag("max-batchsize", "N", "instances that make a batch full (default 32)"),
            Flag("max-latency", "MILLISECONDS", "how long the first request of a batch waits (default 5000)"),
            Flag("log-url", "URL", "where payloads go, http://… or file:///DIR; without it none are logged"),
            Flag("log-mode", "MODE", "all (default), request or response"),
            Flag("log-sampling-percent", "N", "how many of a hundred requests are logged, such as 0.5 (default 100)"),
            Flag(
                "log-payload-bytes",
                "N",
                "the longest payload that is shown (default 16777216); of others the size is"
            ),
            Flag("log-redact", "PATHS", "values of JSON that are not shown: '$.instances[*].name,$.parameters'"),
            Flag("log-store-path", "PATH", "a folder below those of file:///DIR"),
            Flag("log-store-format", "json", "the form of the files: json, a CloudEvent a line"),
            Flag("log-file-bytes", "N", "how large a file grows (default 16777216)"),
            Flag("log-files", "N", "files of one replica, the growing one too (default 4)"),
            Flag("source-uri", "URI", "the source of the events (default http://localhost:9081/)"),
            Flag("inference-service", "NAME", "an attribute of the events, as namespace, endpoint and component are"),
            Flag("namespace", "NAME", "an attribute of the events"),
            Flag("endpoint", "NAME", "an attribute of the events"),
            Flag("component", "NAME", "an attribute of the events"),
            Flag("metadata-headers", "NAMES", "fields of requests that go into the events, with commas between them"),
            Flag("metadata-annotations", "KEY=VALUE,…", "what else goes into the events"),
            Flag("logger-tls-skip-verify", "take any certificate of the sink"),
        ],
        run: { _ in }
    )
}

/// The agent as a program: no task, no thread but its own loop and the one that waits for signals.
enum AgentVerb {
    static func main(_ words: [String]) -> Never {
        ServerVerb.main("agent") {
            let environment = AgentConfiguration.variables.reduce(into: [String: String]()) { values, name in
                values[name] = Environment[name]
            }
            do {
                let configuration = try AgentConfiguration(words, environment: environment)
                let tracing = TracingPart.start("roost-agent", MetricRegistry())
                let agent = Agent(configuration, tracing: tracing)
                _ = try agent.start()
                return {
                    await agent.drain(within: ServerVerb.drainTime)
                    await tracing?.end(within: TracingPart.endTime)
                }
            } catch let misuse as AgentMisuse {
                throw Misuse(misuse.description)
            }
        }
    }
}
