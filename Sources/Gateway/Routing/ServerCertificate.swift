import Base
package import KubeModel
import Net

/// A certificate with its key out of a Secret of type kubernetes.io/tls.
package struct ServerCertificate: Hashable, Sendable {
    /// The Secret that it is from.
    package let secret: ObjectKey
    package let certificatePEM: String
    package let keyPEM: String
}

/// Why a reference to a certificate leads to none, as a condition's reason and words.
struct CertificateFault: Error {
    let reason: String
    let message: String
}

extension ServerCertificate {
    init(
        _ reference: JSON,
        of gateway: KubeObject,
        _ surroundings: GatewayListener.Surroundings
    ) throws(CertificateFault) {
        guard reference["group"].string ?? "" == "", reference["kind"].string ?? "Secret" == "Secret" else {
            throw .invalid("certificates are read from Secrets, not from \(reference["kind"].string ?? "")")
        }
        let namespace = reference["namespace"].string ?? gateway.namespace
        let key = ObjectKey(namespace: namespace, name: reference["name"].string ?? "")
        guard surroundings.grants.allow(.gateway, in: gateway.namespace, to: .secret, key) else {
            throw CertificateFault(
                reason: "RefNotPermitted",
                message: "no ReferenceGrant of namespace \(namespace ?? "") lets the Gateway read Secret \(key)"
            )
        }
        guard let secret = surroundings.secrets[key] else { throw .invalid("there is no Secret \(key)") }
        let type = secret["type"].string ?? ""
        guard type == "kubernetes.io/tls" else {
            throw .invalid("Secret \(key) must be of type kubernetes.io/tls, was \(type)")
        }
        self.secret = key
        certificatePEM = try Self.text(secret, "tls.crt")
        keyPEM = try Self.text(secret, "tls.key")
        do throws(NetFault) {
            _ = try TLSServerContext(certificatePEM: certificatePEM, keyPEM: keyPEM)
        } catch {
            throw .invalid("Secret \(key): \(error.message)")
        }
    }

    /// What a server shows by it.
    var context: TLSServerContext? {
        // A certificate that cannot be shown does not come to be.
        try? TLSServerContext(certificatePEM: certificatePEM, keyPEM: keyPEM)
    }

    private static func text(_ secret: KubeObject, _ name: String) throws(CertificateFault) -> String {
        guard let text = secret["data"][name].string, let bytes = Base64.decode(text), !bytes.isEmpty else {
            throw .invalid("Secret \(secret.key) has no \(name)")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension CertificateFault {
    static func invalid(_ message: String) -> CertificateFault {
        CertificateFault(reason: "InvalidCertificateRef", message: message)
    }
}
