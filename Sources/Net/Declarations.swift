package struct TLSServerContext: Sendable {
    package init(certificatePEM: String, keyPEM: String) throws(NetFault) {}
}
package struct TLSClientContext: Sendable {
    /// `serverName`: the name to be checked in the certificate, where it is not the address that is called.
    package init(
        authorityPEM: String,
        certificate: (pem: String, key: String)? = nil,
        serverName: String? = nil
    ) throws(NetFault) {}
}
package struct CertificateAuthority: Sendable {
    package let certificatePEM: String
    package let keyPEM: String
    package init(certificatePEM: String, keyPEM: String) {
        self.certificatePEM = certificatePEM
        self.keyPEM = keyPEM
    }
    package static func make(commonName: String) throws(NetFault) -> CertificateAuthority { fatalError() }
    /// `organizations` are Kubernetes' groups where the certificate is a client's.
    package func issue(
        commonName: String,
        organizations: [String] = [],
        names: [String] = [],
        addresses: [String] = []
    ) throws(NetFault) -> (certificatePEM: String, keyPEM: String) { fatalError() }
}
extension TLSServerContext { func makeSession() -> TLSSession { TLSSession() } }
extension TLSClientContext { func makeSession(for address: SocketAddress) -> TLSSession { TLSSession() } }
