import Base

/// Where an API server is and who asks: the current context of a kubeconfig file.
package struct KubeConfig: Equatable, Sendable {
    /// The server's URL: `https://127.0.0.1:7443`.
    package let server: String
    /// The authority that signed the server's certificate, PEM; nil for plain HTTP.
    package let authorityPEM: String?
    /// The bearer token; nil where a client certificate speaks, or nobody.
    package let token: String?
    /// Certificate and key that the client shows, PEM.
    package let clientCertificate: (pem: String, keyPEM: String)?
    /// The namespace of commands that name none.
    package let namespace: String

    package init(
        server: String,
        authorityPEM: String?,
        token: String?,
        clientCertificate: (pem: String, keyPEM: String)? = nil,
        namespace: String = "default"
    ) {
        self.server = server
        self.authorityPEM = authorityPEM
        self.token = token
        self.clientCertificate = clientCertificate
        self.namespace = namespace
    }

    package static func == (left: KubeConfig, right: KubeConfig) -> Bool {
        left.server == right.server && left.authorityPEM == right.authorityPEM && left.token == right.token
            && left.clientCertificate?.pem == right.clientCertificate?.pem && left.namespace == right.namespace
    }
}

/// Why a kubeconfig cannot be used.
package struct KubeConfigDefect: Error, Equatable, CustomStringConvertible {
    package let description: String
}

extension KubeConfig {
    /// Reads the text of a kubeconfig; files that it names are read by `readFile`.
    package init(yaml: String, readFile: (String) throws -> String) throws {
        let document: JSON
        do {
            document = try YAML.parse(yaml).first ?? .null
        } catch {
            throw KubeConfigDefect(description: "kubeconfig: \(error)")
        }
        func entry(_ list: String, _ member: String, _ name: String?) throws -> JSON {
            guard let name, let found = document[list].array?.first(where: { $0["name"].string == name }) else {
                throw KubeConfigDefect(description: "kubeconfig: no entry \"\(name ?? "")\" in \(list)")
            }
            return found[member]
        }
        /// The value that is held inline as base64 under `name-data`, or in the file that `name` names.
        func material(_ holder: JSON, _ name: String) throws -> String? {
            if let data = holder["\(name)-data"].string {
                guard let bytes = Base64.decode(data) else {
                    throw KubeConfigDefect(description: "kubeconfig: \(name)-data is not base64")
                }
                return String(decoding: bytes, as: UTF8.self)
            }
            return try holder[name].string.map(readFile)
        }
        let context = try entry("contexts", "context", document["current-context"].string)
        let cluster = try entry("clusters", "cluster", context["cluster"].string)
        let user = try entry("users", "user", context["user"].string)
        guard let server = cluster["server"].string else {
            throw KubeConfigDefect(description: "kubeconfig: cluster \(context["cluster"].text) names no server")
        }
        let certificate = try material(user, "client-certificate")
        let key = try material(user, "client-key")
        self.init(
            server: server,
            authorityPEM: try material(cluster, "certificate-authority"),
            token: try user["token"].string ?? user["tokenFile"].string.map(readFile),
            clientCertificate: certificate.flatMap { pem in key.map { (pem, $0) } },
            namespace: context["namespace"].string ?? "default"
        )
    }

    /// The text of a kubeconfig file that kubectl and every client library read; JSON is YAML.
    package var fileText: String {
        var cluster: JSON = ["server": .string(server)]
        if let authorityPEM { cluster["certificate-authority-data"] = .string(Base64.encode(authorityPEM.utf8)) }
        var user: JSON = .emptyObject
        user["token"] = JSON(token)
        let config: JSON = [
            "apiVersion": "v1", "kind": "Config", "current-context": "roost", "preferences": .emptyObject,
            "clusters": [["name": "roost", "cluster": cluster]],
            "users": [["name": "roost", "user": user]],
            "contexts": [
                ["name": "roost", "context": ["cluster": "roost", "user": "roost", "namespace": .string(namespace)]]
            ],
        ]
        return config.pretty(indent: 2) + "\n"
    }
}
