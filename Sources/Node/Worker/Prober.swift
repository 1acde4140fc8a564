import Base
import Net

/// What a probe or a hook came to.
struct ProbeAnswer: Equatable, Sendable {
    let success: Bool
    let message: String
}

/// Asks containers by HTTP or by connecting.
struct Prober: Sendable {
    private let client: HTTPClient
    private let loop: EventLoop

    init(loop: EventLoop) {
        self.loop = loop
        client = HTTPClient(loop: loop)
    }

    func http(
        _ host: String,
        _ port: Int,
        _ path: String,
        _ headers: [HandlerSpec.HeaderSpec],
        timeout: Duration
    ) async -> ProbeAnswer {
        let url = "http://\(host):\(port)\(path)"
        guard let address = SocketAddress(host: host, port: port) else {
            return ProbeAnswer(success: false, message: "Get \"\(url)\": not an address: \(host)")
        }
        let (plain, query) = Prober.split(path)
        var request = HTTPRequest(path: plain, query: query)
        request.headers["host"] = address.description
        request.headers["user-agent"] = "kube-probe/1.33"
        request.headers["accept"] = "*/*"
        request.headers["connection"] = "close"
        for header in headers { request.headers[header.name] = header.value }
        do {
            let response = try await client.send(request, to: address, timeout: timeout)
            let success = (200..<400).contains(response.status)
            return ProbeAnswer(success: success, message: "HTTP probe failed with statuscode: \(response.status)")
        } catch {
            return ProbeAnswer(success: false, message: "Get \"\(url)\": \(error)")
        }
    }

    func tcp(_ host: String, _ port: Int) async -> ProbeAnswer {
        guard let address = SocketAddress(host: host, port: port) else {
            return ProbeAnswer(success: false, message: "dial tcp: not an address: \(host)")
        }
        do {
            try await connect(address, on: loop).close()
            return ProbeAnswer(success: true, message: "")
        } catch {
            return ProbeAnswer(success: false, message: "dial tcp \(address): \(error)")
        }
    }

    private static func split(_ path: String) -> (path: String, query: [(name: String, value: String)]) {
        let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let pairs = parts.count < 2 ? [] : parts[1].split(separator: "&")
        let query = pairs.map { pair -> (name: String, value: String) in
            let words = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(words[0]), words.count > 1 ? String(words[1]) : "")
        }
        let plain = String(parts[0])
        return (plain.hasPrefix("/") ? plain : "/" + plain, query)
    }
}
