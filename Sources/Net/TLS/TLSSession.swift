import COpenSSL

/// One TLS connection over memory: cipher bytes in and out, plain bytes in and out; no socket.
final class TLSSession {
    enum Role {
        case server(offersHTTP2: Bool)
        /// The name or address that the server's certificate must carry.
        case client(String)
    }

    /// What reading came to.
    enum Read {
        case bytes(Int)
        /// More cipher bytes are needed.
        case wait
        /// The other side said that no more comes.
        case end
        case failed(String)
    }

    private let session: OpaquePointer
    /// Keeps the context alive for as long as its session.
    private let context: ContextBox
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    private var hasFailed = false

    /// Plain bytes encrypted in one step.
    private static let writeMax = 64 * 1024

    init?(_ context: ContextBox, role: Role) {
        guard let session = SSL_new(context.context), let incoming = BIO_new(BIO_s_mem()),
            let outgoing = BIO_new(BIO_s_mem())
        else { return nil }
        self.context = context
        self.session = session
        self.incoming = incoming
        self.outgoing = outgoing
        SSL_set_bio(session, incoming, outgoing)
        switch role {
        case .server(let offersHTTP2):
            SSL_set_accept_state(session)
            ContextBox.setOffersHTTP2(session, offersHTTP2)
        case .client(let name):
            SSL_set_connect_state(session)
            expect(name)
        }
    }

    deinit { SSL_free(session) }

    /// The protocol that both sides agreed on by ALPN; HTTP/1.1 where the client named none.
    var agreedProtocol: HTTPVersion {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(session, &name, &count)
        return UnsafeRawBufferPointer(start: name, count: Int(count)).equalsIgnoringCase("h2") ? .http2 : .http1
    }

    /// Whether the handshake is done.
    var isReady: Bool { SSL_is_init_finished(session) == 1 }

    private func expect(_ name: String) {
        let parameters = SSL_get0_param(session)
        if X509_VERIFY_PARAM_set1_ip_asc(parameters, name) != 1 {
            X509_VERIFY_PARAM_set1_host(parameters, name, 0)
            _ = copenssl_set_host_name(session, name)
        }
        ERR_clear_error()
    }

    /// Begins the handshake where this side speaks first.
    func begin() {
        ERR_clear_error()
        _ = SSL_do_handshake(session)
    }

    /// Takes bytes that came from the other side.
    func feed(_ bytes: UnsafeRawBufferPointer) { BIO_write(incoming, bytes.baseAddress, Int32(clamping: bytes.count)) }

    /// Decrypts into `room`; goes on with the handshake as far as possible.
    func read(into room: UnsafeMutableRawBufferPointer) -> Read {
        guard !hasFailed else { return .end }
        ERR_clear_error()
        let count = SSL_read(session, room.baseAddress, Int32(clamping: room.count))
        if count > 0 { return .bytes(Int(count)) }
        switch SSL_get_error(session, count) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .wait
        case SSL_ERROR_ZERO_RETURN: return .end
        default:
            hasFailed = true
            return .failed(failure())
        }
    }

    private func failure() -> String {
        let verdict = SSL_get_verify_result(session)
        guard verdict == Int(X509_V_OK) else {
            ERR_clear_error()
            return "the certificate is not trusted: \(String(cString: X509_verify_cert_error_string(verdict)))"
        }
        return "tls: \(OpenSSLError.text())"
    }

    /// Encrypts the beginning of `bytes`; how many it took, 0 where that failed.
    func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        ERR_clear_error()
        let count = SSL_write(session, bytes.baseAddress, Int32(min(bytes.count, Self.writeMax)))
        return Int(max(0, count))
    }

    /// Moves the bytes for the other side to `buffer`.
    func takeCipher(_ buffer: inout OutBuffer) {
        let pending = BIO_ctrl_pending(outgoing)
        guard pending > 0 else { return }
        buffer.append(upTo: pending) { room in
            Int(BIO_read(outgoing, room.baseAddress, Int32(clamping: room.count)))
        }
    }

    /// Tells the other side that no more comes.
    func shutDown() {
        guard isReady, !hasFailed else { return }
        ERR_clear_error()
        SSL_shutdown(session)
    }
}
