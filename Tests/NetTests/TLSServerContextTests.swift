import Base
import CLinux
import COpenSSL
import Net
import TestKit
import Testing

/// What a server's TLS offers, and what it shows when its files change.
@Suite(.timeLimit(.minutes(1)))
struct TLSServerContextTests {
    private func write(_ text: String, to path: String) throws {
        let descriptor = clinux_open(path + ".new", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let bytes = Array(text.utf8)
        #expect(CLinux.write(descriptor, bytes, bytes.count) == bytes.count)
        close(descriptor)
        try #require(rename(path + ".new", path) == 0)
    }

    private func trusts(_ authority: CertificateAuthority, _ address: SocketAddress, _ loop: EventLoop) async throws
        -> Bool
    {
        let client = HTTPClient(loop: loop, tls: try TLSClientContext(authorityPEM: authority.certificatePEM))
        return await (try? client.send(HTTPRequest(path: "/"), to: address, timeout: .seconds(60)))?.status == 200
    }

    @Test func filesThatChangeAreReadAgainAndBrokenOnesAreNot() async throws {
        try await withScratchDirectory { folder in
            let (certificateFile, keyFile) = (folder + "/tls.crt", folder + "/tls.key")
            let authorities = [try CertificateAuthority.make(commonName: "one"), try .make(commonName: "two")]
            let issued = try authorities.map { try $0.issue(commonName: "server", addresses: ["127.0.0.1"]) }
            try write(issued[0].certificatePEM, to: certificateFile)
            try write(issued[0].keyPEM, to: keyFile)
            let context = try TLSServerContext(certificateFile: certificateFile, keyFile: keyFile, log: Log("test"))
            try await withLoop { loop in
                let service = AsyncHTTPService(bodyMax: 0) { _ in .complete(HTTPResponse(status: 200)) }
                let address = try HTTPServer(loop: loop, service: service, tls: context).listen(anyPort)
                #expect(try await trusts(authorities[0], address, loop))
                // One file of two: they do not belong together, the old pair stays.
                try write(issued[1].certificatePEM, to: certificateFile)
                #expect(try await trusts(authorities[0], address, loop))
                try write(issued[1].keyPEM, to: keyFile)
                #expect(try await trusts(authorities[1], address, loop))
                #expect(try await !trusts(authorities[0], address, loop))
                try write("no certificate", to: certificateFile)
                #expect(try await trusts(authorities[1], address, loop))
            }
        }
    }

    @Test(arguments: [
        (true, "\u{2}h2\u{8}http/1.1", "h2"), (false, "\u{2}h2\u{8}http/1.1", "http/1.1"),
        (true, "\u{8}http/1.1", "http/1.1"), (true, "\u{2}h3", ""),
    ])
    func offersHTTP2WhereTheServerSpeaksIt(_ speaks: Bool, _ offered: String, _ agreed: String) async throws {
        let authority = try CertificateAuthority.make(commonName: "one")
        let issued = try authority.issue(commonName: "server", addresses: ["127.0.0.1"])
        let context = try TLSServerContext(certificatePEM: issued.certificatePEM, keyPEM: issued.keyPEM)
        try await withLoop { loop in
            let service = AsyncHTTPService(bodyMax: 0) { _ in .complete(HTTPResponse(status: 200)) }
            let server = HTTPServer(loop: loop, service: service, http2: speaks ? HTTP2Limits() : nil, tls: context)
            let address = try server.listen(anyPort)
            #expect(Self.agree(on: Array(offered.utf8), with: address) == agreed)
        }
    }

    /// Shakes hands like any client of OpenSSL; the protocol agreed on, "" for none.
    private static func agree(on offered: [UInt8], with address: SocketAddress) -> String? {
        let context = SSL_CTX_new(TLS_client_method())
        let session = SSL_new(context)
        defer {
            SSL_free(session)
            SSL_CTX_free(context)
        }
        SSL_set_alpn_protos(session, offered, UInt32(offered.count))
        var raw = sockaddr_in()
        raw.sin_family = sa_family_t(AF_INET)
        raw.sin_port = UInt16(address.port).bigEndian
        raw.sin_addr.s_addr = address.ip.bigEndian
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        let connected = withUnsafePointer(to: &raw) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { CLinux.connect(descriptor, $0, 16) }
        }
        guard connected == 0, SSL_set_fd(session, descriptor) == 1, SSL_connect(session) == 1 else { return nil }
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(session, &name, &count)
        return String(decoding: UnsafeRawBufferPointer(start: name, count: Int(count)), as: UTF8.self)
    }
}
