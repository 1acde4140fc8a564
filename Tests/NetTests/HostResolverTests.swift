import Base
import Foundation
import Net
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HostResolverTests {
    private static let file = """
        127.0.0.1 localhost
        # 127.9.9.9 commented
        127.8.0.1\tiris.default.svc.cluster.local iris.default  iris # 127.8.0.2 iris2
        word iris3
        127.8.0.9 iris

        """

    @Test(arguments: [
        ("iris.default.svc.cluster.local", "127.8.0.1:80"), ("iris", "127.8.0.1:80"), ("127.3.2.1", "127.3.2.1:80"),
        ("iris2", nil), ("iris3", nil), ("127.8.0.1 ", nil), ("commented", nil),
    ])
    func aFileOfItsOwnGoesFirst(_ name: String, _ address: String?) async throws {
        try await withScratchDirectory { folder in
            let path = "\(folder)/hosts"
            try Self.file.write(toFile: path, atomically: true, encoding: .utf8)
            try await withLoop { loop in
                let found: SocketAddress? = await withCheckedContinuation { continuation in
                    loop.execute {
                        HostResolver(loop: loop, file: path).resolve(name, port: 80) {
                            continuation.resume(returning: try? $0.get())
                        }
                    }
                }
                #expect(found?.description == address)
            }
        }
    }
}
