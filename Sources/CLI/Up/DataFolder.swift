import Base
import CLinux
import KubeClient
import Net

/// The folder that holds everything of one embedded Roost: the store, keys, logs, volumes, the kubeconfig.
struct DataFolder: Sendable {
    let path: String

    /// `$XDG_DATA_HOME/roost`, else `~/.local/share/roost`.
    static var defaultPath: String? {
        Environment["XDG_DATA_HOME"].map { "\($0)/roost" } ?? Environment["HOME"].map { "\($0)/.local/share/roost" }
    }

    /// Opens the folder that a flag names, or the default one; makes it where it is missing.
    init(_ flag: String?) throws {
        guard let chosen = flag ?? DataFolder.defaultPath else {
            throw Failure("neither --data-dir nor HOME says where the data folder is")
        }
        try Files.makeDirectory(chosen)
        guard let resolved = realpath(chosen, nil) else { throw Failure.system("open \(chosen)") }
        path = String(cString: resolved)
        free(resolved)
        try Files.makeDirectory("\(path)/pki")
    }

    var kubeconfigPath: String { "\(path)/kubeconfig" }

    /// The authority that signs this folder's certificates, made at the first start.
    func authority() throws -> CertificateAuthority {
        if Files.exists("\(path)/pki/ca.key") {
            return CertificateAuthority(
                certificatePEM: try Files.readText("\(path)/pki/ca.crt"),
                keyPEM: try Files.readText("\(path)/pki/ca.key")
            )
        }
        let authority = try CertificateAuthority.make(commonName: "roost")
        try Files.writePrivate(authority.certificatePEM, to: "\(path)/pki/ca.crt")
        try Files.writePrivate(authority.keyPEM, to: "\(path)/pki/ca.key")
        return authority
    }

    /// A secret word of this folder, made at the first start: what stands for a token survives restarts.
    func token(_ name: String) throws -> String {
        let path = "\(path)/pki/\(name).token"
        if Files.exists(path) { return try Files.readText(path) }
        let token = (0..<4).map { _ in String(UInt64.random(in: 0...UInt64.max), radix: 36) }.joined()
        try Files.writePrivate(token, to: path)
        return token
    }

    /// A word that is decided once and then kept.
    func remembered(_ name: String, or decide: () throws -> String) throws -> String {
        let path = "\(path)/\(name)"
        if Files.exists(path) { return try Files.readText(path) }
        let word = try decide()
        try Files.writePrivate(word, to: path)
        return word
    }
}
