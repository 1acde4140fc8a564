import Base
import Net

extension PayloadSource {
    /// The flags that say what is logged of payloads, and where to.
    static let flags: Set<String> = [
        "log-url", "log-mode", "log-sampling-percent", "log-payload-bytes", "log-redact", "log-store-path",
        "log-store-format", "log-file-bytes", "log-files", "source-uri", "inference-service", "namespace", "endpoint",
        "component", "metadata-headers", "metadata-annotations",
    ]

    /// Nil where nothing is logged.
    init?(_ flags: LooseFlags) throws(AgentMisuse) {
        guard let url = flags["log-url"], !url.isEmpty else { return nil }
        self.init(try Self.destination(url, flags))
        mode = try Self.mode(flags)
        let uri = flags["source-uri"] ?? ""
        source = uri.isEmpty ? "http://localhost:\(flags["port"] ?? "9081")/" : uri
        inferenceService = flags["inference-service"] ?? ""
        namespace = flags["namespace"] ?? ""
        endpoint = flags["endpoint"] ?? ""
        component = flags["component"] ?? ""
        metadataHeaders = Self.list(flags["metadata-headers"])
        annotations = try Self.annotations(Self.list(flags["metadata-annotations"]))
        checksCertificates = !flags.has("logger-tls-skip-verify")
        percent = try Self.percent(flags) ?? percent
        bodyMax = min(try AgentConfiguration.number(flags, "log-payload-bytes") ?? bodyMax, AgentLimits.bodyMax)
        if let paths = flags["log-redact"], !paths.isEmpty { redaction = try Redaction(paths) }
    }

    /// A URL of http, or a folder of this machine: object storage needs a program that brings files there.
    private static func destination(_ url: String, _ flags: LooseFlags) throws(AgentMisuse) -> Destination {
        if let address = WebAddress(url) { return .sink(address) }
        guard let root = folder(url) else {
            throw AgentMisuse(
                "--log-url \"\(url)\" is no URL of http, and no folder of this machine such as file:///logs"
            )
        }
        let format = flags["log-store-format"] ?? "json"
        guard format == "json" else {
            throw AgentMisuse("--log-store-format must be json, was \"\(format)\"")
        }
        let names = ["namespace", "inference-service", "component", "log-store-path"].compactMap { flags[$0] }
        let parts = ([root] + names).flatMap { $0.split(separator: "/") }
        guard !parts.contains("..") else { throw AgentMisuse("--log-store-path: .. is not taken") }
        var folder = PayloadFolder("/" + parts.joined(separator: "/"))
        folder.fileBytesMax = try AgentConfiguration.number(flags, "log-file-bytes") ?? folder.fileBytesMax
        folder.filesMax = try AgentConfiguration.number(flags, "log-files") ?? folder.filesMax
        return .files(folder)
    }

    private static func folder(_ url: String) -> String? {
        if url.hasPrefix("/") { return url }
        return url.hasPrefix("file:///") ? String(url.dropFirst("file://".count)) : nil
    }

    private static func mode(_ flags: LooseFlags) throws(AgentMisuse) -> Mode {
        let word = flags["log-mode"] ?? "all"
        guard let mode = Mode(rawValue: word) else {
            throw AgentMisuse("--log-mode must be all, request or response, was \"\(word)\"")
        }
        return mode
    }

    private static func percent(_ flags: LooseFlags) throws(AgentMisuse) -> Double? {
        guard let text = flags["log-sampling-percent"] else { return nil }
        guard let percent = Double(text), (0...100).contains(percent) else {
            throw AgentMisuse("--log-sampling-percent must be a number from 0 to 100, was \"\(text)\"")
        }
        return percent
    }

    private static func list(_ text: String?) -> [String] { (text ?? "").split(separator: ",").map(String.init) }

    private static func annotations(_ pairs: [String]) throws(AgentMisuse) -> [String: String] {
        var annotations: [String: String] = [:]
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { throw AgentMisuse("--metadata-annotations: \"\(pair)\" is no KEY=VALUE") }
            annotations[parts[0]] = parts[1]
        }
        return annotations
    }
}
