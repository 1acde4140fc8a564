import Net
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TLSTests {
    private func withSecureServer<Result>(
        names: [String] = ["roost"],
        _ body: (EventLoop, SocketAddress, CertificateAuthority) async throws -> Result
    ) async throws -> Result {
        let authority = try CertificateAuthority.make(commonName: "test authority")
        let (certificate, key) = try authority.issue(commonName: "server", names: names, addresses: ["127.0.0.1"])
        let context = try TLSServerContext(certificatePEM: certificate, keyPEM: key)
        return try await withLoop { loop in
            let service = AsyncHTTPService(bodyMax: 1 << 24) { request in
                if request.headers["upgrade"] != nil {
                    return .upgrade(headers: ["upgrade": "echo"]) { stream in
                        while let bytes = try? await stream.read() { try? await stream.write(bytes) }
                        await stream.finishWriting()
                    }
                }
                return .complete(HTTPResponse(status: 200, body: request.body))
            }
            let server = HTTPServer(loop: loop, service: service, tls: context)
            return try await body(loop, try server.listen(anyPort), authority)
        }
    }

    @Test func requestsAndLargeBodiesGoThrough() async throws {
        try await withSecureServer { loop, address, authority in
            let client = HTTPClient(loop: loop, tls: try TLSClientContext(authorityPEM: authority.certificatePEM))
            for size in [0, 5, 20_000, 2_000_000] {
                let body = [UInt8](repeating: UInt8(size % 251), count: size)
                let request = HTTPRequest(method: "POST", path: "/", body: body)
                let answer = try await client.send(request, to: address, timeout: .seconds(60))
                #expect(answer.status == 200 && answer.body == body)
            }
        }
    }

    @Test func upgradedConnectionsAreSecureToo() async throws {
        try await withSecureServer { loop, address, authority in
            let client = HTTPClient(loop: loop, tls: try TLSClientContext(authorityPEM: authority.certificatePEM))
            let request = HTTPRequest(path: "/", headers: ["upgrade": "echo"])
            let stream = try #require(try await client.upgrade(request, to: address).stream)
            try await stream.write([1, 2, 3])
            #expect(try await stream.read() == [1, 2, 3])
            await stream.finishWriting()
            #expect(try await stream.read() == nil)
        }
    }

    @Test func aServerNameIsCheckedInsteadOfTheAddress() async throws {
        try await withSecureServer(names: ["api.roost", "*.roost.local"]) { loop, address, authority in
            for (name, isTrusted) in [("api.roost", true), ("a.roost.local", true), ("other.roost", false)] {
                let context = try TLSClientContext(authorityPEM: authority.certificatePEM, serverName: name)
                let client = HTTPClient(loop: loop, tls: context)
                let answer = try? await client.send(HTTPRequest(path: "/"), to: address, timeout: .seconds(10))
                #expect((answer != nil) == isTrusted, "\(name)")
            }
        }
    }

    @Test func aServerOfAnotherAuthorityIsNotTrusted() async throws {
        try await withSecureServer { loop, address, _ in
            let other = try CertificateAuthority.make(commonName: "other")
            let client = HTTPClient(loop: loop, tls: try TLSClientContext(authorityPEM: other.certificatePEM))
            let fault = await #expect(throws: NetFault.self) {
                try await client.send(HTTPRequest(path: "/"), to: address, timeout: .seconds(60))
            }
            #expect(fault?.kind == .tls)
            #expect(fault?.message.contains("not trusted") == true)
        }
    }

    @Test func plainTextToASecurePortEndsAndOthersGoOn() async throws {
        try await withSecureServer { loop, address, authority in
            let answer = try? await exchange("GET / HTTP/1.1\r\nhost: a\r\n\r\n", address, loop)
            #expect(answer?.contains("HTTP") != true)
            let client = HTTPClient(loop: loop, tls: try TLSClientContext(authorityPEM: authority.certificatePEM))
            #expect(try await client.send(HTTPRequest(path: "/"), to: address, timeout: .seconds(60)).status == 200)
        }
    }

    @Test func certificatesAreNotIssuedForOddNames() throws {
        let authority = try CertificateAuthority.make(commonName: "test")
        #expect(throws: NetFault.self) { try authority.issue(commonName: "x", names: ["a,DNS:b"]) }
        #expect(throws: NetFault.self) { try authority.issue(commonName: "x", addresses: ["1.2.3"]) }
        #expect(throws: NetFault.self) { try TLSServerContext(certificatePEM: "no", keyPEM: "no") }
    }
}
