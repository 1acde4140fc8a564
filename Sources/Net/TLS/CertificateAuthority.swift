import COpenSSL

/// A certificate authority of one's own, on the curve P-256.
package struct CertificateAuthority: Sendable {
    package let certificatePEM: String
    package let keyPEM: String

    private static let validSeconds = 10 * 365 * 24 * 3600
    /// Clocks may differ by this much.
    private static let slackSeconds = 3600

    /// An authority that was made before.
    package init(certificatePEM: String, keyPEM: String) {
        self.certificatePEM = certificatePEM
        self.keyPEM = keyPEM
    }

    /// A new authority.
    package static func make(commonName: String) throws(NetFault) -> CertificateAuthority {
        let key = try makeKey()
        defer { EVP_PKEY_free(key) }
        let certificate = try makeCertificate(key, subject: [("CN", commonName)])
        defer { X509_free(certificate) }
        try sign(
            certificate,
            issuer: certificate,
            issuerKey: key,
            [
                (NID_basic_constraints, "critical,CA:TRUE"),
                (NID_key_usage, "critical,digitalSignature,keyCertSign,cRLSign"),
                (NID_subject_key_identifier, "hash"),
            ]
        )
        return try CertificateAuthority(certificatePEM: pem(certificate), keyPEM: pem(key: key))
    }

    /// A certificate for servers called `names` or reached at `addresses`, or for a client called `commonName`;
    /// `organizations` are Kubernetes' groups of such a client.
    package func issue(
        commonName: String,
        organizations: [String] = [],
        names: [String] = [],
        addresses: [String] = []
    ) throws(NetFault) -> (certificatePEM: String, keyPEM: String) {
        let authority = try Self.first(certificatePEM)
        defer { X509_free(authority) }
        let authorityKey = try PEM.key(keyPEM)
        defer { EVP_PKEY_free(authorityKey) }
        let key = try Self.makeKey()
        defer { EVP_PKEY_free(key) }
        let subject = organizations.map { ("O", $0) } + [("CN", commonName)]
        let certificate = try Self.makeCertificate(key, subject: subject)
        defer { X509_free(certificate) }
        X509_set_issuer_name(certificate, X509_get_subject_name(authority))
        var extensions: [(Int32, String)] = [
            (NID_basic_constraints, "critical,CA:FALSE"),
            (NID_key_usage, "critical,digitalSignature"),
            (NID_ext_key_usage, "serverAuth,clientAuth"),
            (NID_authority_key_identifier, "keyid"),
        ]
        let alternatives = try Self.alternatives(names, addresses)
        if !alternatives.isEmpty { extensions.append((NID_subject_alt_name, alternatives)) }
        try Self.sign(certificate, issuer: authority, issuerKey: authorityKey, extensions)
        return (try Self.pem(certificate), try Self.pem(key: key))
    }
}

extension CertificateAuthority {
    /// `DNS:a.b,IP:127.0.0.1`; nothing in a name may end it and begin another.
    private static func alternatives(_ names: [String], _ addresses: [String]) throws(NetFault) -> String {
        for name in names {
            let isPlain = name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2A, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
            guard isPlain, !name.isEmpty else {
                throw NetFault(.local, .tls, "a certificate cannot be issued for the name \"\(name)\"")
            }
        }
        for address in addresses where SocketAddress(host: address, port: 0)?.host != address {
            throw NetFault(.local, .tls, "a certificate cannot be issued for the address \"\(address)\"")
        }
        return (names.map { "DNS:\($0)" } + addresses.map { "IP:\($0)" }).joined(separator: ",")
    }

    private static func makeKey() throws(NetFault) -> OpaquePointer {
        guard let key = copenssl_ec_key("P-256") else { throw OpenSSLError.fault("a key cannot be made") }
        return key
    }

    private static func first(_ pem: String) throws(NetFault) -> OpaquePointer {
        let all = try PEM.certificates(pem)
        for certificate in all.dropFirst() { X509_free(certificate) }
        return all[0]  // Safe: PEM.certificates returns at least one
    }

    private static func makeCertificate(
        _ key: OpaquePointer,
        subject: [(String, String)]
    ) throws(NetFault) -> OpaquePointer {
        guard let certificate = X509_new() else { throw OpenSSLError.fault("a certificate cannot be made") }
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), UInt64.random(in: 1...UInt64(Int64.max)))
        X509_gmtime_adj(X509_getm_notBefore(certificate), -slackSeconds)
        X509_gmtime_adj(X509_getm_notAfter(certificate), validSeconds)
        let name = X509_get_subject_name(certificate)
        for (field, value) in subject {
            let bytes = Array(value.utf8)
            let added = X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, bytes, Int32(bytes.count), -1, 0)
            guard added == 1 else {
                X509_free(certificate)
                throw OpenSSLError.fault("a certificate cannot carry the name \"\(value)\"")
            }
        }
        X509_set_issuer_name(certificate, name)
        X509_set_pubkey(certificate, key)
        return certificate
    }

    private static func sign(
        _ certificate: OpaquePointer,
        issuer: OpaquePointer,
        issuerKey: OpaquePointer,
        _ extensions: [(Int32, String)]
    ) throws(NetFault) {
        for (kind, value) in extensions where copenssl_add_extension(certificate, issuer, kind, value) != 1 {
            throw OpenSSLError.fault("a certificate cannot carry \(value)")
        }
        guard X509_sign(certificate, issuerKey, EVP_sha256()) > 0 else {
            throw OpenSSLError.fault("a certificate cannot be signed")
        }
    }

    private static func pem(_ certificate: OpaquePointer) throws(NetFault) -> String {
        try PEM.text { PEM_write_bio_X509($0, certificate) }
    }

    private static func pem(key: OpaquePointer) throws(NetFault) -> String {
        try PEM.text { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }
    }
}
