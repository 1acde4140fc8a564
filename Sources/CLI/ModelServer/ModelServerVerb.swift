import Base
import CLinux
import ModelServer
import Telemetry

extension Command {
    /// What help says; the words go to `ModelServerVerb`, which takes flags that it does not know.
    static let modelServer = Command(
        "model-server",
        summary: "KServe's protocols around models",
        details: """
              roost model-server --model_name iris --model_dir examples/models/iris --http_port 8080

            A folder with one model file is served as one model; of any other folder every sub-folder is a model of that name.
            Listens when the models are loaded, and not before. TERM drains and stops. All other flags of KServe's servers are
            taken and have no meaning here; flags that nobody knows are warned of.

            Environment: PREDICT_PROBA=true answers with probabilities; CE_TYPE, CE_SOURCE and CE_MERGE shape CloudEvents;
            KSERVE_TLS_CERT_FILE and KSERVE_TLS_KEY_FILE stand for the --ssl flags; MODELS_DIR, MLSERVER_MODEL_NAME,
            MLSERVER_MODEL_URI, MLSERVER_HOST, MLSERVER_HTTP_PORT and MLSERVER_GRPC_PORT mean what they mean to MLServer.
            """,
        flags: [
            Flag("model_name", "NAME", "the name of the one model in the paths (default model)"),
            Flag("model_dir", "DIR", "the folder with the model's file, or of many models (default /mnt/models)"),
            Flag("http_port", "N", "the port (default 8080, with a certificate 8443; 0: any)"),
            Flag("grpc_port", "N", "a second port for clients of gRPC, which the first speaks as well (default 8081)"),
            Flag("enable_grpc", "BOOL", "whether to speak gRPC (default true)"),
            Flag("grpc_max_receive_message_length", "N", "the longest gRPC message that is taken (default 8388608)"),
            Flag("grpc_max_send_message_length", "N", "the longest gRPC message that is sent (default 8388608)"),
            Flag("workers", "N", "threads that answer requests (default 1)"),
            Flag("address", "ADDRESS", "where to listen (default 0.0.0.0, or $ROOST_BIND_ADDRESS)"),
            Flag("ssl_certfile", "FILE", "certificate chain in PEM; with a key, TLS is spoken"),
            Flag("ssl_keyfile", "FILE", "the certificate's key in PEM"),
            Flag("timeout-keep-alive", "SECONDS", "how long a connection may be idle (default 65)"),
            Flag("enable_latency_logging", "BOOL", "a line with each prediction's times (default false)"),
            Flag(
                "fallback",
                "python",
                "what runs models that are not native: none (default), or a Python with their library, which runs code"
                    + " that is in their files"
            ),
            Flag("python", "PATH", "that Python (default $VIRTUAL_ENV/bin/python, or python3 of PATH)"),
            Flag("access_log", "BOOL", "a line in the log for each request (default false, or $ROOST_ACCESS_LOG)"),
            Flag("access_log_format", "FORMAT", "an access log in this form, as of Python's asgi-logger"),
        ],
        run: { _ in }
    )
}

/// The model server as a program: no task, no thread but its own loop and the one that waits for signals.
enum ModelServerVerb {
    static func main(_ words: [String]) -> Never {
        ServerVerb.main("model-server") {
            let environment = ModelServerConfiguration.variables.reduce(into: [String: String]()) { values, name in
                values[name] = Environment[name]
            }
            do {
                let configuration = try ModelServerConfiguration.parse(words, environment: environment)
                let registry = MetricRegistry(threads: configuration.workers)
                let tracing = TracingPart.start(configuration.modelName, registry)
                let server = ModelServer(configuration, registry: registry, tracing: tracing)
                _ = try server.start()
                return {
                    await server.drain(within: ServerVerb.drainTime)
                    await tracing?.end(within: TracingPart.endTime)
                }
            } catch let misuse as ModelServerMisuse {
                throw Misuse("\(misuse)")
            }
        }
    }
}
