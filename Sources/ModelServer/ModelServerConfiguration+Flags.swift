extension ModelServerConfiguration {
    /// Flags of KServe's servers that ask for what this server has no need of.
    private static let meaninglessFlags: Set<String> = [
        "max_threads", "max_asyncio_workers", "enable_docs_url", "configure_logging", "log_config_file", "event-loop",
        "predictor_host", "protocol", "predictor_protocol", "predictor_use_ssl", "predictor_request_timeout_seconds",
        "predictor_request_retries", "enable_predictor_health_check", "nthread", "framework",
    ]

    /// Reads `--name value` and `--name=value` after the environment, which they override. Flags that are unknown are
    /// noted and passed over, as KServe's servers do: a runtime's arguments and a manifest's are put one behind the other.
    package static func parse(
        _ arguments: [String],
        environment: [String: String]
    ) throws(ModelServerMisuse) -> ModelServerConfiguration {
        var configuration = ModelServerConfiguration()
        try configuration.take(environment: environment)
        var hasPort = environment["MLSERVER_HTTP_PORT"] != nil
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
            hasPort = hasPort || name == "http_port"
            try configuration.take(Setting(name: "--\(name)", value: value), flag: name)
        }
        if configuration.certificateFile != nil, configuration.keyFile != nil, !hasPort { configuration.port = 8443 }
        return configuration
    }

    private mutating func take(_ setting: Setting, flag name: String) throws(ModelServerMisuse) {
        switch name {
        case "model_name": modelName = try setting.text()
        case "model_dir": modelDirectory = try setting.text()
        case "address": address = try setting.text()
        case "http_port": port = try setting.port()
        case "grpc_port": (grpcPort, mustHaveGRPCPort) = (try setting.port(), true)
        case "enable_grpc": speaksGRPC = try setting.flag()
        case "grpc_max_receive_message_length": grpcReceiveBytesMax = try setting.number(in: 1...(1 << 30))
        case "grpc_max_send_message_length": grpcSendBytesMax = try setting.number(in: 1...(1 << 30))
        case "workers": workers = try setting.number(in: 1...ModelServerLimits.workersMax)
        case "timeout-keep-alive", "timeout_keep_alive": keepAlive = .seconds(try setting.number(in: 1...86_400))
        case "ssl_certfile": certificateFile = try setting.text()
        case "ssl_keyfile": keyFile = try setting.text()
        case "enable_latency_logging": logsLatency = try setting.flag()
        case "access_log": logsAccess = try setting.flag()
        case "access_log_format": accessLogFormat = try setting.text()
        case "fallback": fallsBackToPython = try setting.fallback()
        case "python": python = try setting.text()
        default:
            if !ModelServerConfiguration.meaninglessFlags.contains(name) { ignoredFlags.append(setting.name) }
        }
    }
}

extension ModelServerConfiguration {
    /// The words of the environment that are read.
    package static let variables = [
        "PREDICT_PROBA", "ROOST_BIND_ADDRESS", "CE_TYPE", "CE_SOURCE", "CE_MERGE", "KSERVE_TLS_CERT_FILE",
        "KSERVE_TLS_KEY_FILE", "MODELS_DIR", "MLSERVER_MODEL_NAME", "MLSERVER_MODEL_URI", "MLSERVER_HOST",
        "MLSERVER_HTTP_PORT", "MLSERVER_GRPC_PORT", "ROOST_FALLBACK", "ROOST_PYTHON", "VIRTUAL_ENV", "PATH",
        "ROOST_MODEL_VERSION", "INFERENCE_SERVICE_NAME", "POD_NAMESPACE", "ROOST_COMPONENT", "ROOST_REVISION",
        "K_REVISION", "ROOST_METRICS", "AGGREGATE_PROMETHEUS_METRICS_PORT", "ROOST_ACCESS_LOG",
    ]

    private mutating func take(environment: [String: String]) throws(ModelServerMisuse) {
        for name in ModelServerConfiguration.variables {
            guard let value = environment[name], !value.isEmpty else { continue }
            try take(Setting(name: name, value: value), variable: name)
        }
    }

    private mutating func take(_ setting: Setting, variable name: String) throws(ModelServerMisuse) {
        switch name {
        case "PREDICT_PROBA": wantsProbabilities = setting.value?.lowercased() == "true"
        case "ROOST_BIND_ADDRESS", "MLSERVER_HOST": address = try setting.text()
        case "ROOST_ACCESS_LOG": logsAccess = try setting.flag()
        case "ROOST_MODEL_VERSION": modelVersion = try setting.text()
        case "CE_TYPE": cloudEvents.type = try setting.text()
        case "CE_SOURCE": cloudEvents.source = try setting.text()
        case "CE_MERGE": cloudEvents.mergesAttributes = setting.value?.lowercased() == "true"
        case "KSERVE_TLS_CERT_FILE": certificateFile = try setting.text()
        case "KSERVE_TLS_KEY_FILE": keyFile = try setting.text()
        case "MODELS_DIR", "MLSERVER_MODEL_URI": modelDirectory = try setting.text()
        case "MLSERVER_MODEL_NAME": modelName = try setting.text()
        case "MLSERVER_HTTP_PORT": port = try setting.port()
        case "MLSERVER_GRPC_PORT": (grpcPort, mustHaveGRPCPort) = (try setting.port(), true)
        case "ROOST_FALLBACK": fallsBackToPython = try setting.fallback()
        case "ROOST_PYTHON": python = try setting.text()
        case "INFERENCE_SERVICE_NAME": identity.service = try setting.text()
        case "POD_NAMESPACE": identity.namespace = try setting.text()
        case "ROOST_COMPONENT": identity.component = try setting.text()
        // Knative's name for it comes last and holds.
        case "ROOST_REVISION", "K_REVISION": identity.revision = try setting.text()
        case "ROOST_METRICS": countsRequests = setting.value?.lowercased() != "off"
        case "AGGREGATE_PROMETHEUS_METRICS_PORT": scrapePort = try setting.port()
        case "VIRTUAL_ENV", "PATH": programPlaces[name] = setting.value
        default: break
        }
    }
}

/// A flag or variable, and what it was set to.
private struct Setting {
    let name: String
    let value: String?

    func text() throws(ModelServerMisuse) -> String {
        guard let value, !value.isEmpty else { throw ModelServerMisuse(description: "\(name): a value is expected") }
        return value
    }

    /// Whether Python takes what is not native.
    func fallback() throws(ModelServerMisuse) -> Bool {
        switch try text() {
        case "python": return true
        case "none": return false
        case let other: throw ModelServerMisuse(description: "\(name): \(other) is neither python nor none")
        }
    }

    func port() throws(ModelServerMisuse) -> Int {
        let text = try text()
        guard let number = Int(text), (0...65_535).contains(number) else {
            throw ModelServerMisuse(description: "\(name): \(text) is no port number")
        }
        return number
    }

    func number(in range: ClosedRange<Int>) throws(ModelServerMisuse) -> Int {
        let text = try text()
        guard let number = Int(text), range.contains(number) else {
            throw ModelServerMisuse(
                description: "\(name): \(text) is no number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    /// As Python's `strtobool`; a flag alone means yes.
    func flag() throws(ModelServerMisuse) -> Bool {
        switch value?.lowercased() {
        case nil, "y", "yes", "t", "true", "on", "1": return true
        case "n", "no", "f", "false", "off", "0": return false
        case let other?: throw ModelServerMisuse(description: "\(name): \(other) is neither true nor false")
        }
    }
}
