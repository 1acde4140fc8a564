/// What a model server is told: the flags of KServe's servers, and a few words of the environment.
package struct ModelServerConfiguration: Equatable, Sendable {
    /// Name of the one model, in paths and answers.
    package var modelName = "model"
    /// Which of several versions of a service this is, told in every answer; empty is told to nobody.
    package var modelVersion = ""
    /// Folder that holds the model's file, or a sub-folder for each of many models.
    package var modelDirectory = "/mnt/models"
    /// Address to listen on.
    package var address = "0.0.0.0"
    /// Port to listen on; 0 asks for any.
    package var port = 8080
    /// Second port, which clients of gRPC expect; the first speaks gRPC as well.
    package var grpcPort = 8081
    /// Whether somebody asked for that second port, so that it must be had.
    package var mustHaveGRPCPort = false
    /// Whether gRPC is spoken.
    package var speaksGRPC = true
    /// The longest message of gRPC that is taken, in bytes.
    package var grpcReceiveBytesMax = 8 << 20
    /// The longest message of gRPC that is sent, in bytes.
    package var grpcSendBytesMax = 8 << 20
    /// Threads that answer requests, each with an event loop of its own.
    package var workers = 1
    /// How long a connection may stay open between requests.
    package var keepAlive = Duration.seconds(65)
    /// File with the certificate (chain) in PEM; with `keyFile` it makes the server speak TLS.
    package var certificateFile: String?
    /// File with the certificate's key in PEM.
    package var keyFile: String?
    /// Whether to answer with probabilities where the model has them.
    package var wantsProbabilities = false
    /// Whether to log how long each prediction's phases took.
    package var logsLatency = false
    /// Whether every request has a line in the log, in its form.
    package var logsAccess = false
    /// Form of the access log's lines, as of Python's asgi-logger; nil for no access log.
    package var accessLogFormat: String?
    /// Whether models that are not native are run by a Python, with all code that is in their files.
    package var fallsBackToPython = false
    /// The Python that does it: a path or a program's name; nil looks for one.
    package var python: String?
    /// Where a Python is looked for: `VIRTUAL_ENV` and `PATH` of the environment.
    package var programPlaces: [String: String] = [:]
    /// Whose server it is, as series tell of it.
    package var identity = ServiceIdentity()
    /// Whether there are series of requests.
    package var countsRequests = true
    /// A further port to answer scrapes on.
    package var scrapePort: Int?
    /// How CloudEvents are answered.
    package var cloudEvents = CloudEventOptions()
    /// Flags that were given but mean nothing here.
    package var ignoredFlags: [String] = []

    package init() {}

    /// Whose server it is; one that nobody told stands for its model.
    var ownIdentity: ServiceIdentity {
        var own = identity
        if own.service.isEmpty { own.service = modelName }
        return own
    }
}

/// Which part of which service a server is, in the words of KServe and Knative; empty where nobody said.
package struct ServiceIdentity: Equatable, Sendable {
    /// The InferenceService.
    package var service = ""
    /// Its namespace.
    package var namespace = ""
    /// The revision or Deployment that the server's pod is of.
    package var revision = ""
    /// `predictor`, `transformer` or `explainer`.
    package var component = ""

    package init() {}
}

/// Why a command line cannot be understood.
package struct ModelServerMisuse: Error, Equatable, CustomStringConvertible {
    /// The flag and what is wrong with its value.
    package let description: String
}
