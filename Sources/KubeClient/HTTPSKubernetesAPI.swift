package import Base
package import KubeModel
package import Net

/// A Kubernetes API over HTTPS: Roost's own, or any other server that a kubeconfig names.
package struct HTTPSKubernetesAPI: KubernetesAPI {
    private let client: HTTPClient
    private let address: SocketAddress
    private let host: String
    private let token: String?

    /// Bounds of the client.
    private enum Limits {
        /// How long an ordinary request may take.
        static let requestTime = Duration.seconds(30)
        /// The longest line of a watch: one object and its frame.
        static let watchLineBytes = 8 << 20
    }

    /// A client that sends on `loop`'s thread.
    package init(_ config: KubeConfig, loop: EventLoop) throws {
        let url = try ServerURL(config.server)
        guard let address = SocketAddress(host: url.host, port: url.port) else {
            throw KubeConfigDefect(description: "kubeconfig: server \(config.server) is not an IPv4 address and port")
        }
        let certificate = config.clientCertificate.map { (pem: $0.pem, key: $0.keyPEM) }
        let tls =
            try url.isSecure
            ? TLSClientContext(authorityPEM: config.authorityPEM ?? "", certificate: certificate) : nil
        client = HTTPClient(loop: loop, tls: tls)
        self.address = address
        host = "\(url.host):\(url.port)"
        token = config.token
    }

    package func get(
        _ resource: ResourceID,
        _ key: ObjectKey,
        subresource: String?
    ) async throws(APIStatus) -> KubeObject {
        let path = resource.path(namespace: key.namespace, name: key.name, subresource: subresource)
        return KubeObject(try await send("GET", path))
    }

    package func list(
        _ resource: ResourceID,
        namespace: String?,
        _ options: ListOptions
    ) async throws(APIStatus) -> ObjectList {
        let json = try await send("GET", resource.path(namespace: namespace), query: query(options))
        return ObjectList(items: json.listItems, resourceVersion: json["metadata"]["resourceVersion"].string ?? "")
    }

    package func create(_ resource: ResourceID, _ object: KubeObject) async throws(APIStatus) -> KubeObject {
        KubeObject(try await send("POST", resource.path(namespace: object.namespace), body: object.json))
    }

    package func update(
        _ resource: ResourceID,
        _ object: KubeObject,
        subresource: String?
    ) async throws(APIStatus) -> KubeObject {
        let path = resource.path(namespace: object.namespace, name: object.name, subresource: subresource)
        return KubeObject(try await send("PUT", path, body: object.json))
    }

    package func patch(
        _ resource: ResourceID,
        _ key: ObjectKey,
        _ patch: Patch,
        subresource: String?
    ) async throws(APIStatus) -> KubeObject {
        let path = resource.path(namespace: key.namespace, name: key.name, subresource: subresource)
        return KubeObject(try await send("PATCH", path, contentType: patch.contentType, body: patch.body))
    }

    package func delete(_ resource: ResourceID, _ key: ObjectKey, _ options: DeleteOptions) async throws(APIStatus) {
        let path = resource.path(namespace: key.namespace, name: key.name)
        _ = try await send("DELETE", path, body: options.json)
    }

    package func createToken(for account: ObjectKey, _ request: JSON) async throws(APIStatus) -> JSON {
        let path = ResourceID.serviceAccounts.path(
            namespace: account.namespace,
            name: account.name,
            subresource: "token"
        )
        return try await send("POST", path, body: request)
    }

    package func watch(
        _ resource: ResourceID,
        namespace: String?,
        _ options: ListOptions
    ) async throws(APIStatus) -> AsyncThrowingStream<WatchEvent, any Error> {
        let query = query(options) + [("watch", "true"), ("allowWatchBookmarks", "true")]
        let request = request("GET", resource.path(namespace: namespace), query: query)
        let (status, _, body) = try await reaching { () async throws(NetFault) in
            try await client.open(request, to: address)
        }
        guard status == 200 else {
            let answer = (try? await body.read()) ?? []  // without a body the code alone tells what happened
            throw APIStatus(json: (try? JSON.parse(answer)) ?? .null, code: status)
        }
        return AsyncThrowingStream { continuation in
            let reading = Task {
                do {
                    try await read(body) { continuation.yield($0) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in
                reading.cancel()
                body.close()
            }
        }
    }

    /// Reads a watch line by line until it ends.
    private func read(_ body: HTTPBodyReader, _ tell: (WatchEvent) -> Void) async throws {
        var lines = LineBuffer(bytesMax: Limits.watchLineBytes)
        while let bytes = try await body.read() {
            for line in try lines.append(bytes) { tell(try WatchEvent(line: line)) }
        }
    }
}

extension HTTPSKubernetesAPI {
    /// Sends any request and returns the answer's JSON; a failure is thrown as the Status that it carries.
    ///
    /// - Parameter accept: the form of the answer; a Table form gives what `kubectl get` prints.
    package func send(
        _ method: String,
        _ path: String,
        query: [(name: String, value: String)] = [],
        accept: String = "application/json",
        contentType: String = "application/json",
        body: JSON? = nil
    ) async throws(APIStatus) -> JSON {
        var request = request(method, path, query: query, accept: accept)
        if let body {
            request.headers["content-type"] = contentType
            request.body = body.bytes
        }
        let response = try await reaching { () async throws(NetFault) in
            try await client.send(request, to: address, timeout: Limits.requestTime)
        }
        let json: JSON
        do {
            json = try JSON.parse(response.body)
        } catch {
            let text = String(decoding: response.body.prefix(200), as: UTF8.self)
            throw APIStatus(json: ["message": .string(text)], code: response.status)
        }
        guard (200..<300).contains(response.status) else { throw APIStatus(json: json, code: response.status) }
        return json
    }

    /// A request's answer as a stream of bytes: logs.
    package func open(
        _ path: String,
        query: [(name: String, value: String)] = []
    ) async throws(APIStatus) -> HTTPBodyReader {
        let (status, _, body) = try await reaching { () async throws(NetFault) in
            try await client.open(request("GET", path, query: query), to: address)
        }
        guard status == 200 else {
            let answer = (try? await body.read()) ?? []  // without a body the code alone tells what happened
            throw APIStatus(json: (try? JSON.parse(answer)) ?? .null, code: status)
        }
        return body
    }

    private func request(
        _ method: String,
        _ path: String,
        query: [(name: String, value: String)],
        accept: String = "application/json"
    ) -> HTTPRequest {
        var headers: HTTPHeaders = ["host": host, "accept": accept, "user-agent": "roost"]
        if let token { headers["authorization"] = "Bearer \(token)" }
        return HTTPRequest(method: method, path: path, query: query, headers: headers)
    }

    private func query(_ options: ListOptions) -> [(name: String, value: String)] {
        [
            ("labelSelector", options.labelSelector), ("fieldSelector", options.fieldSelector),
            ("resourceVersion", options.resourceVersion), ("metricLabelSelector", options.metricLabelSelector),
        ].filter { !$0.1.isEmpty }
    }

    /// A server that cannot be reached, or stops answering, is told as `serviceUnavailable`.
    private func reaching<Answer>(_ body: () async throws(NetFault) -> Answer) async throws(APIStatus) -> Answer {
        do throws(NetFault) {
            return try await body()
        } catch {
            throw APIStatus(.serviceUnavailable, "the API server at \(host) cannot be reached: \(error)")
        }
    }
}

/// Scheme, host and port of a server.
private struct ServerURL {
    let isSecure: Bool
    let host: String
    let port: Int

    init(_ text: String) throws {
        let isSecure = text.hasPrefix("https://")
        guard isSecure || text.hasPrefix("http://") else {
            throw KubeConfigDefect(description: "kubeconfig: server \(text) is no http or https URL")
        }
        let authority = text.dropFirst(isSecure ? 8 : 7).prefix { $0 != "/" }
        let parts = authority.split(separator: ":", maxSplits: 1)
        guard let host = parts.first, let port = parts.count == 2 ? Int(parts[1]) : (isSecure ? 443 : 80) else {
            throw KubeConfigDefect(description: "kubeconfig: server \(text) names no host or a port that is none")
        }
        self.isSecure = isSecure
        self.host = String(host)
        self.port = port
    }
}

/// Cuts a byte stream into lines.
struct LineBuffer {
    private let bytesMax: Int
    private var held: [UInt8] = []

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// The lines that end in `bytes`, without their ends; what follows the last end is held.
    mutating func append(_ bytes: [UInt8]) throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0A) {
            lines.append(held + rest[..<end])
            held = []
            rest = rest[(end + 1)...]
        }
        held += rest
        guard held.count <= bytesMax else {
            throw APIStatus(.internalError, "a line of a watch is longer than \(bytesMax) bytes")
        }
        return lines
    }
}

extension WatchEvent {
    /// Reads one line of a watch; an ERROR line is thrown as the Status that it carries.
    init(line: [UInt8]) throws {
        let json = try JSON.parse(line)
        let object = KubeObject(json["object"])
        switch json["type"].string {
        case "ADDED": self = .added(object)
        case "MODIFIED": self = .modified(object)
        case "DELETED": self = .deleted(object)
        case "BOOKMARK":
            let isEnd = object.annotations["k8s.io/initial-events-end"] == "true"
            self = .bookmark(resourceVersion: object.resourceVersion, initialEventsEnd: isEnd)
        default: throw APIStatus(json: object.json, code: 500)
        }
    }
}

extension Patch {
    /// The media type that says how the patch is meant.
    package var contentType: String {
        switch self {
        case .merge: "application/merge-patch+json"
        case .json: "application/json-patch+json"
        case .strategic: "application/strategic-merge-patch+json"
        }
    }

    /// The patch itself.
    package var body: JSON {
        switch self {
        case .merge(let body), .json(let body), .strategic(let body): body
        }
    }
}

extension DeleteOptions {
    /// The DeleteOptions object of the wire.
    package var json: JSON {
        var json: JSON = ["apiVersion": "v1", "kind": "DeleteOptions"]
        json["propagationPolicy"] = JSON(propagation?.rawValue)
        json["gracePeriodSeconds"] = JSON(gracePeriodSeconds)
        if uid != nil || resourceVersion != nil {
            json["preconditions"] = .emptyObject
            json[path: ["preconditions", "uid"]] = JSON(uid)
            json[path: ["preconditions", "resourceVersion"]] = JSON(resourceVersion)
        }
        return json
    }
}

extension JSON {
    /// The objects of a list; items of built-in lists leave out kind and apiVersion: the list's own say them.
    package var listItems: [KubeObject] {
        let kind = self["kind"].string.flatMap { $0.hasSuffix("List") ? String($0.dropLast(4)) : nil }
        return (self["items"].array ?? []).map { item in
            var object = KubeObject(item)
            if object.kind.isEmpty { object["kind"] = JSON(kind) }
            if object.apiVersion.isEmpty { object["apiVersion"] = self["apiVersion"] }
            return object
        }
    }
}
