import Base
import Net

/// Reads variables one by one, and gathers what is wrong with them.
struct SettingReader {
    private let environment: [String: String]
    private(set) var complaints: [String] = []

    init(_ environment: [String: String]) { self.environment = environment }

    /// Empty values stand for none, as the specification has it.
    private subscript(name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// What is said of traces alone, or else of all that is exported: the value, and the variable's name.
    private func exporter(_ what: String) -> (value: String, name: String)? {
        for name in ["OTEL_EXPORTER_OTLP_TRACES_\(what)", "OTEL_EXPORTER_OTLP_\(what)"] {
            if let value = self[name] { return (value, name) }
        }
        return nil
    }

    private mutating func complain(_ name: String, _ what: String) { complaints.append("\(name) \(what)") }

    mutating func number(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            complain(name, "must be a number from \(range.lowerBound) to \(range.upperBound), was \"\(text)\"")
            return nil
        }
        return number
    }

    mutating func milliseconds(_ name: String, usual: Duration, least: Int = 1) -> Duration {
        number(name, in: least...86_400_000).map { .milliseconds($0) } ?? usual
    }
}

// MARK: - where spans go

extension SettingReader {
    /// Whether nothing is to be traced, whatever else is said.
    var isDisabled: Bool {
        mutating get {
            if self["OTEL_SDK_DISABLED"]?.lowercased() == "true" { return true }
            guard let exporter = self["OTEL_TRACES_EXPORTER"], exporter != "otlp" else { return false }
            if exporter != "none" {
                complain("OTEL_TRACES_EXPORTER", "\"\(exporter)\" is not known: otlp and none are")
            }
            return true
        }
    }

    /// Where spans go and by what; nil where no variable asks for that, or none that can be followed.
    mutating func endpoint() -> (address: WebAddress, transport: TracingSettings.Transport)? {
        let transport = transport()
        guard let (text, name) = exporter("ENDPOINT") ?? wanted(by: transport) else { return nil }
        guard let address = address(text, isOfTraces: name.contains("_TRACES_"), transport) else {
            complain(name, "must be a URL of http or https, was \"\(text)\"")
            return nil
        }
        guard !(transport == .grpc && address.isSecure) else {
            complain(name, "asks for gRPC over TLS, which is not spoken: http/protobuf is, over https")
            return nil
        }
        return (address, transport)
    }

    /// The specification's own endpoint, where an exporter is asked for by its name.
    private func wanted(by transport: TracingSettings.Transport) -> (value: String, name: String)? {
        guard let name = self["OTEL_TRACES_EXPORTER"] else { return nil }
        return (transport == .grpc ? "http://localhost:4317" : "http://localhost:4318", name)
    }

    private mutating func transport() -> TracingSettings.Transport {
        guard let (text, name) = exporter("PROTOCOL") else { return .http }
        if let known = TracingSettings.Transport(rawValue: text) { return known }
        complain(name, "\"\(text)\" is not known: http/protobuf and grpc are")
        return .http
    }

    /// The endpoint of traces is taken as it is; that of everything has `v1/traces` under it. A call has its own path.
    private func address(
        _ text: String,
        isOfTraces: Bool,
        _ transport: TracingSettings.Transport
    ) -> WebAddress? {
        // Endpoints of gRPC may go without a scheme.
        let url = text.contains("://") || transport == .http ? text : "http://\(text)"
        guard transport == .http else {
            return WebAddress(url).flatMap {
                WebAddress("\($0.isSecure ? "https" : "http")://\($0.host):\($0.port)\(OTLP.method)")
            }
        }
        return WebAddress(isOfTraces ? url : url.hasSuffix("/") ? "\(url)v1/traces" : "\(url)/v1/traces")
    }

    /// Fields that go along with every export.
    mutating func headers() -> [TracingSettings.Pair] {
        guard let (text, name) = exporter("HEADERS") else { return [] }
        guard let pairs = PairList.parse(text) else {
            complain(name, "must be KEY=VALUE pairs with commas between them")
            return []
        }
        return pairs
    }
}

// MARK: - what is kept and told

extension SettingReader {
    mutating func sampler() -> Sampler? {
        guard let name = self["OTEL_TRACES_SAMPLER"] else { return nil }
        let argument = self["OTEL_TRACES_SAMPLER_ARG"] ?? ""
        if let known = Sampler(named: name, argument: argument) { return known }
        complain("OTEL_TRACES_SAMPLER", "\"\(name)\" with OTEL_TRACES_SAMPLER_ARG \"\(argument)\" is no sampler")
        return nil
    }

    mutating func propagators() -> Propagators? {
        guard let list = self["OTEL_PROPAGATORS"] else { return nil }
        var known: Propagators = []
        for name in list.split(separator: ",").map({ $0.filter { $0 != " " } }) {
            switch name {
            case "tracecontext": known.insert(.w3c)
            case "baggage": known.insert(.baggage)
            case "b3": known.insert(.b3)
            case "b3multi": known.insert(.b3Multi)
            case "none": return []
            default: complain("OTEL_PROPAGATORS", "\"\(name)\" is not known")
            }
        }
        return known
    }

    /// What tells this process from others.
    mutating func resource(service: String) -> [TracingSettings.Pair] {
        var said = self["OTEL_RESOURCE_ATTRIBUTES"].map { PairList.parse($0) } ?? []
        if said == nil { complain("OTEL_RESOURCE_ATTRIBUTES", "must be KEY=VALUE pairs with commas between them") }
        let named = said?.last { $0.name == "service.name" }?.value
        said?.removeAll { $0.name == "service.name" }
        return [TracingSettings.Pair("service.name", self["OTEL_SERVICE_NAME"] ?? named ?? service)] + (said ?? [])
    }
}
