/// What a model server is told: the flags of KServe's servers, and a few words of the environment.
package struct ModelServerConfiguration: Equatable, Sendable {
    /// Name in paths and answers.
    package var modelName = "model"
    /// Folder that holds the model's file.
    package var modelDirectory = "/mnt/models"
    /// Address to listen on.
    package var address = "0.0.0.0"
    /// Port to listen on; 0 asks for any.
    package var port = 8080
    /// Whether to answer with probabilities where the model has them.
    package var wantsProbabilities = false
    /// Flags that were given but mean nothing here.
    package var ignoredFlags: [String] = []

    package init() {}
}

/// Why a command line cannot be understood.
package struct ModelServerMisuse: Error, Equatable, CustomStringConvertible {
    /// The flag and what is wrong with its value.
    package let description: String
}

extension ModelServerConfiguration {
    /// Flags of KServe's servers that ask for what this server has no need of.
    private static let knownFlags: Set<String> = [
        "grpc_port", "workers", "max_threads", "max_asyncio_workers", "enable_grpc", "enable_docs_url",
        "enable_latency_logging", "configure_logging", "log_config_file", "access_log_format", "event-loop",
        "timeout-keep-alive", "predictor_host", "protocol", "predictor_protocol", "predictor_use_ssl",
        "predictor_request_timeout_seconds", "predictor_request_retries", "grpc_max_send_message_length",
        "grpc_max_receive_message_length", "enable_predictor_health_check", "nthread", "framework",
    ]

    /// Reads `--name value` and `--name=value`. Flags that are unknown are noted and passed over, as KServe's servers
    /// do: a runtime's arguments and a manifest's are put one behind the other.
    package static func parse(
        _ arguments: [String],
        environment: [String: String]
    ) throws(ModelServerMisuse) -> ModelServerConfiguration {
        var configuration = ModelServerConfiguration()
        if let address = environment["ROOST_BIND_ADDRESS"], !address.isEmpty { configuration.address = address }
        configuration.wantsProbabilities = environment["PREDICT_PROBA"]?.lowercased() == "true"
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                configuration.ignoredFlags.append(argument)
                continue
            }
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            var value = parts.count > 1 ? String(parts[1]) : nil
            if value == nil, let next = rest.first, !next.hasPrefix("--") {
                value = next
                rest.removeFirst()
            }
            try configuration.take(name, value)
        }
        return configuration
    }

    private mutating func take(_ name: String, _ value: String?) throws(ModelServerMisuse) {
        switch name {
        case "model_name": modelName = try ModelServerConfiguration.text(name, value)
        case "model_dir": modelDirectory = try ModelServerConfiguration.text(name, value)
        case "address": address = try ModelServerConfiguration.text(name, value)
        case "http_port":
            let text = try ModelServerConfiguration.text(name, value)
            guard let number = Int(text), (0...65_535).contains(number) else {
                throw ModelServerMisuse(description: "--http_port: \(text) is no port number")
            }
            port = number
        default:
            if !ModelServerConfiguration.knownFlags.contains(name) { ignoredFlags.append("--\(name)") }
        }
    }

    private static func text(_ name: String, _ value: String?) throws(ModelServerMisuse) -> String {
        guard let value, !value.isEmpty else { throw ModelServerMisuse(description: "--\(name): a value is expected") }
        return value
    }
}
