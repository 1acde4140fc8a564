import COpenSSL

/// Whom a client trusts, and how it shows itself.
package struct TLSClientContext: Sendable {
    private let box: ContextBox
    private let serverName: String?

    /// Trusts servers whose certificate `authorityPEM` has issued for the address that is called, or for `serverName`.
    package init(
        authorityPEM: String,
        certificate: (pem: String, key: String)? = nil,
        serverName: String? = nil
    ) throws(NetFault) {
        box = try ContextBox(TLS_client_method())
        self.serverName = serverName
        try box.trust(authorityPEM: authorityPEM)
        if let certificate { try box.use(certificatePEM: certificate.pem, keyPEM: certificate.key) }
        box.offerHTTP1()
    }

    /// Trusts servers that one of the machine's authorities calls `serverName`, or any server.
    package init(serverName: String, checksCertificates: Bool) throws(NetFault) {
        box = try ContextBox(TLS_client_method())
        self.serverName = serverName
        if checksCertificates { try box.trustMachine() }
        box.offerHTTP1()
    }

    func makeSession(for address: SocketAddress) -> TLSSession? {
        TLSSession(box, role: .client(serverName ?? address.host))
    }
}

/// Owns OpenSSL's context; it is not changed after it was set up, and OpenSSL counts its users itself.
final class ContextBox: @unchecked Sendable {
    // Safe: set up before it is shared; SSL_new may be called by several threads at once.
    let context: OpaquePointer

    /// `http/1.1` as ALPN lists protocols: each behind its length.
    private static let protocols: StaticString = "\u{8}http/1.1"
    /// With `h2` before it.
    private static let allProtocols: StaticString = "\u{2}h2\u{8}http/1.1"

    init(_ method: OpaquePointer?) throws(NetFault) {
        guard let made = SSL_CTX_new(method) else { throw OpenSSLError.fault("a TLS context cannot be made") }
        context = made
        _ = copenssl_set_min_version(context, TLS1_2_VERSION)
        _ = copenssl_set_safe_options(context)
        // Idle connections give their record buffers back.
        _ = copenssl_set_mode(context, Int(SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
    }

    deinit { SSL_CTX_free(context) }

    func use(certificatePEM: String, keyPEM: String) throws(NetFault) {
        let chain = try PEM.certificates(certificatePEM)
        let key = try PEM.key(keyPEM)
        defer { EVP_PKEY_free(key) }
        guard let leaf = chain.first, SSL_CTX_use_certificate(context, leaf) == 1,
            SSL_CTX_use_PrivateKey(context, key) == 1, SSL_CTX_check_private_key(context) == 1
        else {
            for certificate in chain { X509_free(certificate) }
            throw OpenSSLError.fault("the certificate and its key do not belong together")
        }
        X509_free(leaf)
        // The context becomes the owner of the rest.
        for certificate in chain.dropFirst() { _ = copenssl_add_chain_certificate(context, certificate) }
    }

    func trust(authorityPEM: String) throws(NetFault) {
        let store = SSL_CTX_get_cert_store(context)
        for certificate in try PEM.certificates(authorityPEM) {
            X509_STORE_add_cert(store, certificate)
            X509_free(certificate)
        }
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    }

    /// The authorities that this machine trusts, or those that `SSL_CERT_FILE` names.
    func trustMachine() throws(NetFault) {
        guard SSL_CTX_set_default_verify_paths(context) == 1 else {
            throw OpenSSLError.fault("the machine's certificates cannot be read")
        }
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    }

    func offerHTTP1() {
        _ = SSL_CTX_set_alpn_protos(context, Self.protocols.utf8Start, UInt32(Self.protocols.utf8CodeUnitCount))
    }

    /// A server's context; every session says itself which protocols it offers.
    static func server(certificatePEM: String, keyPEM: String) throws(NetFault) -> ContextBox {
        let box = try ContextBox(TLS_server_method())
        try box.use(certificatePEM: certificatePEM, keyPEM: keyPEM)
        box.chooseProtocol()
        return box
    }

    /// A server's context that has nothing to show yet.
    static func serverWithoutCertificate() throws(NetFault) -> ContextBox {
        let box = try ContextBox(TLS_server_method())
        box.chooseProtocol()
        return box
    }

    /// Says whether the session offers HTTP/2 besides HTTP/1.1.
    static func setOffersHTTP2(_ session: OpaquePointer, _ offers: Bool) {
        _ = SSL_set_ex_data(session, 0, offers ? UnsafeMutableRawPointer(mutating: allProtocols.utf8Start) : nil)
    }

    private func chooseProtocol() {
        SSL_CTX_set_alpn_select_cb(
            context,
            { session, chosen, chosenCount, offered, offeredCount, _ in
                let mine = SSL_get_ex_data(session, 0) == nil ? ContextBox.protocols : ContextBox.allProtocols
                var found: UnsafeMutablePointer<UInt8>?
                let result = SSL_select_next_proto(
                    &found,
                    chosenCount,
                    mine.utf8Start,
                    UInt32(mine.utf8CodeUnitCount),
                    offered,
                    offeredCount
                )
                guard result == OPENSSL_NPN_NEGOTIATED else { return SSL_TLSEXT_ERR_NOACK }
                chosen?.pointee = UnsafePointer(found)
                return SSL_TLSEXT_ERR_OK
            },
            nil
        )
    }
}

/// Reads OpenSSL's objects from PEM text.
enum PEM {
    /// All certificates of a text, at least one; the caller frees them.
    static func certificates(_ text: String) throws(NetFault) -> [OpaquePointer] {
        let found: [OpaquePointer] = withBIO(text) { bio in
            var found: [OpaquePointer] = []
            while let certificate = PEM_read_bio_X509(bio, nil, nil, nil) { found.append(certificate) }
            return found
        }
        // The end of the text is told as an error.
        ERR_clear_error()
        guard !found.isEmpty else { throw NetFault(.local, .tls, "no certificate is in the PEM text") }
        return found
    }

    /// The private key of a text; the caller frees it.
    static func key(_ text: String) throws(NetFault) -> OpaquePointer {
        guard let key = withBIO(text, { PEM_read_bio_PrivateKey($0, nil, nil, nil) }) else {
            throw OpenSSLError.fault("no private key is in the PEM text")
        }
        return key
    }

    /// What `write` puts into a BIO, as text.
    static func text(_ write: (OpaquePointer) -> Int32) throws(NetFault) -> String {
        guard let bio = BIO_new(BIO_s_mem()) else { throw OpenSSLError.fault("no memory for PEM text") }
        defer { BIO_free(bio) }
        var data: UnsafeMutablePointer<CChar>?
        guard write(bio) == 1, case let count = copenssl_mem_data(bio, &data), count > 0, let data else {
            throw OpenSSLError.fault("PEM text cannot be written")
        }
        return String(decoding: UnsafeRawBufferPointer(start: data, count: count), as: UTF8.self)
    }

    private static func withBIO<Result>(_ text: String, _ body: (OpaquePointer?) -> Result) -> Result {
        var text = text
        return text.withUTF8 { bytes in
            let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count))
            defer { BIO_free(bio) }
            return body(bio)
        }
    }
}

/// OpenSSL's own words for what went wrong last on this thread.
enum OpenSSLError {
    static func fault(_ what: String) -> NetFault { NetFault(.local, .tls, "\(what): \(text())") }

    static func text() -> String {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let reason = ERR_reason_error_string(code) else { return "no reason is known" }
        return String(cString: reason)
    }
}
