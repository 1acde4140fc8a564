package import Base
import KubeModel

/// What a probe is for.
package enum ProbeKind: String, Sendable, CaseIterable {
    case startup = "Startup"
    case readiness = "Readiness"
    case liveness = "Liveness"
}

/// How a container is asked something: over HTTP, by connecting, or by a command of its own.
package enum HandlerSpec: Equatable, Sendable {
    /// `host` nil means the pod's own address.
    case http(host: String?, port: Int, path: String, headers: [HeaderSpec])
    case tcp(host: String?, port: Int)
    case exec([String])
    case sleep(Duration)
    /// Something this node cannot do, in words.
    case unsupported(String)

    /// A header that an HTTP probe sends.
    package struct HeaderSpec: Equatable, Sendable {
        let name: String
        let value: String
    }

    /// Nil where there is no handler at all.
    package init?(_ json: JSON, ports: [String: Int]) {
        guard !json.isNull else { return nil }
        func port(_ json: JSON) -> Int? { json.int ?? json.string.flatMap { ports[$0] ?? Int($0) } }
        if case .object = json["httpGet"] {
            let http = json["httpGet"]
            guard let port = port(http["port"]), (1...65535).contains(port) else {
                self = .unsupported("httpGet has no such port: \(http["port"].text)")
                return
            }
            guard http["scheme"].string ?? "HTTP" == "HTTP" else {
                self = .unsupported("httpGet over HTTPS is not asked by this node")
                return
            }
            let headers = (http["httpHeaders"].array ?? []).compactMap { header in
                header["name"].string.map { HeaderSpec(name: $0, value: header["value"].string ?? "") }
            }
            self = .http(host: http["host"].string, port: port, path: http["path"].string ?? "/", headers: headers)
        } else if case .object = json["tcpSocket"] {
            guard let port = port(json["tcpSocket"]["port"]), (1...65535).contains(port) else {
                self = .unsupported("tcpSocket has no such port: \(json["tcpSocket"]["port"].text)")
                return
            }
            self = .tcp(host: json["tcpSocket"]["host"].string, port: port)
        } else if case .object = json["exec"] {
            self = .exec(json["exec"]["command"].strings)
        } else if let seconds = json["sleep"]["seconds"].int {
            self = .sleep(.seconds(max(0, seconds)))
        } else {
            self = .unsupported(
                "this node knows no handler \(json.object?.keys.sorted().joined(separator: ", ") ?? "")"
            )
        }
    }
}

/// One probe of a container and its numbers.
package struct ProbeSpec: Equatable, Sendable {
    let handler: HandlerSpec
    let initialDelay: Duration
    let period: Duration
    let timeout: Duration
    let successThreshold: Int
    let failureThreshold: Int

    /// Nil where there is no probe.
    package init?(_ json: JSON, ports: [String: Int]) {
        let settings: Set = [
            "initialDelaySeconds", "periodSeconds", "timeoutSeconds", "successThreshold", "failureThreshold",
            "terminationGracePeriodSeconds",
        ]
        let handler = json.object.map { JSON.object($0.filter { !settings.contains($0.key) }) } ?? .null
        guard let handler = HandlerSpec(handler, ports: ports) else { return nil }
        self.handler = handler
        initialDelay = .seconds(max(0, json["initialDelaySeconds"].int ?? 0))
        period = .seconds(max(1, json["periodSeconds"].int ?? 10))
        timeout = .seconds(max(1, json["timeoutSeconds"].int ?? 1))
        successThreshold = max(1, json["successThreshold"].int ?? 1)
        failureThreshold = max(1, json["failureThreshold"].int ?? 3)
    }
}
