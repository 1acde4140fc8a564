package import Base
import CLinux
import COpenSSL
import Synchronization

/// What a server shows its clients: a certificate and its key. Speaks TLS 1.2 and 1.3; HTTP/1.1 by ALPN, and HTTP/2 where
/// the server wants it.
package struct TLSServerContext: Sendable {
    private enum Source: Sendable {
        case fixed(ContextBox)
        case files(CertificateFiles)
        case named(NamedContexts)
    }

    private let source: Source

    /// `certificatePEM` may hold a chain, the server's own certificate first.
    package init(certificatePEM: String, keyPEM: String) throws(NetFault) {
        source = .fixed(try ContextBox.server(certificatePEM: certificatePEM, keyPEM: keyPEM))
    }

    /// Reads both from files, and again when they change: new connections are shown the new certificate. Files that
    /// cannot be used leave the old one in place, and `log` says why.
    package init(certificateFile: String, keyFile: String, log: Log) throws(NetFault) {
        source = .files(try CertificateFiles(certificateFile: certificateFile, keyFile: keyFile, log: log))
    }

    /// Shows what `choose` gives for the name that a client asks for, nil being no name; a client that nothing is chosen
    /// for is turned away with an alert. Called for every connection, on the threads of its servers.
    package init(choosing choose: @escaping @Sendable (_ name: String?) -> TLSServerContext?) throws(NetFault) {
        source = .named(try NamedContexts(choose))
    }

    /// Whether the certificate is for servers called `name`; false where it is read from files.
    package func covers(_ name: String) -> Bool {
        guard case .fixed(let box) = source, let certificate = SSL_CTX_get0_certificate(box.context) else {
            return false
        }
        return X509_check_host(certificate, name, name.utf8.count, 0, nil) == 1
    }

    fileprivate var fixedContext: OpaquePointer? {
        guard case .fixed(let box) = source else { return nil }
        return box.context
    }

    func makeSession(offersHTTP2: Bool) -> TLSSession? {
        switch source {
        case .fixed(let box): TLSSession(box, role: .server(offersHTTP2: offersHTTP2))
        case .files(let files): TLSSession(files.current(), role: .server(offersHTTP2: offersHTTP2))
        case .named(let contexts): TLSSession(contexts.box, role: .server(offersHTTP2: offersHTTP2))
        }
    }
}

/// A context without a certificate, whose sessions get that of another by the name that their client asks for.
private final class NamedContexts: Sendable {
    let box: ContextBox
    private let choose: @Sendable (String?) -> TLSServerContext?

    init(_ choose: @escaping @Sendable (String?) -> TLSServerContext?) throws(NetFault) {
        box = try ContextBox.serverWithoutCertificate()
        self.choose = choose
        let own = Unmanaged.passUnretained(self).toOpaque()
        copenssl_set_name_chooser(
            box.context,
            { session, _, argument in
                guard let session, let argument else { return SSL_TLSEXT_ERR_ALERT_FATAL }
                let contexts = Unmanaged<NamedContexts>.fromOpaque(argument).takeUnretainedValue()
                return contexts.give(session) ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL
            },
            own
        )
    }

    private func give(_ session: OpaquePointer) -> Bool {
        let name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) }
        guard let context = choose(name)?.fixedContext else { return false }
        return SSL_set_SSL_CTX(session, context) != nil
    }
}

/// A certificate and its key in two files that may be replaced at any time.
///
/// Looked at for every new connection: two calls of `stat` are nothing beside a handshake, and no thread waits.
private final class CertificateFiles: Sendable {
    /// What tells one version of a file from another, also where a link is bent to another file.
    private struct Version: Equatable {
        var device: UInt
        var inode: UInt
        var size: Int
        var seconds: Int
        var nanoseconds: Int
    }

    private struct State {
        var box: ContextBox
        var versions: [Version?]
    }

    private let certificateFile: String
    private let keyFile: String
    private let log: Log
    private let state: Mutex<State>

    /// Bytes that a certificate chain or a key may have.
    private static let bytesMax = 1 << 20

    init(certificateFile: String, keyFile: String, log: Log) throws(NetFault) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.log = log
        let versions = [Self.version(certificateFile), Self.version(keyFile)]
        let box = try Self.load(certificateFile, keyFile)
        state = Mutex(State(box: box, versions: versions))
    }

    /// What the files held when they last could be used.
    func current() -> ContextBox {
        let versions = [Self.version(certificateFile), Self.version(keyFile)]
        return state.withLock { state in
            guard versions != state.versions else { return state.box }
            // Remembered also where they are broken: they are tried again when they change again.
            state.versions = versions
            do throws(NetFault) {
                state.box = try Self.load(certificateFile, keyFile)
                log.info("certificate reloaded", ["file": certificateFile])
            } catch {
                log.warning(
                    "certificate not reloaded, the old one stays",
                    ["file": certificateFile, "error": error.message]
                )
            }
            return state.box
        }
    }

    private static func load(_ certificateFile: String, _ keyFile: String) throws(NetFault) -> ContextBox {
        try ContextBox.server(certificatePEM: try read(certificateFile), keyPEM: try read(keyFile))
    }

    private static func version(_ path: String) -> Version? {
        var found = stat()
        guard stat(path, &found) == 0 else { return nil }
        return Version(
            device: found.st_dev,
            inode: found.st_ino,
            size: found.st_size,
            seconds: found.st_mtim.tv_sec,
            nanoseconds: found.st_mtim.tv_nsec
        )
    }

    private static func read(_ path: String) throws(NetFault) -> String {
        let descriptor = clinux_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw .system(path) }
        defer { close(descriptor) }
        var text: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = CLinux.read(descriptor, &block, block.count)
            guard count >= 0 else { throw .system(path) }
            guard count > 0 else { return String(decoding: text, as: UTF8.self) }
            text += block[..<count]
            guard text.count <= bytesMax else {
                throw NetFault(.local, .limit, "\(path): larger than \(bytesMax) bytes, which no certificate or key is")
            }
        }
    }
}
