import CLinux

/// An IPv4 address and a port: `127.0.0.1:7080`.
package struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address in host byte order: 127.0.0.1 is 0x7F000001.
    package let ip: UInt32
    /// The port; 0 asks for any when listening.
    package let port: Int

    /// This machine, and no port of it in particular.
    package static let machine = SocketAddress(ip: 0x7F00_0001, port: 0)

    package init(ip: UInt32, port: UInt16) {
        self.ip = ip
        self.port = Int(port)
    }

    /// Reads `a.b.c.d:port`; nil where it is not that.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]) else { return nil }
        self.init(host: String(text[..<colon]), port: port)
    }

    /// Reads a dotted address, or `localhost`; nil where it is neither or the port is none.
    package init?(host: String, port: Int) {
        guard let ip = SocketAddress.parse(host == "localhost" ? "127.0.0.1" : host), let port = UInt16(exactly: port)
        else { return nil }
        self.init(ip: ip, port: port)
    }

    /// The dotted address.
    package var host: String { "\(ip >> 24).\(ip >> 16 & 255).\(ip >> 8 & 255).\(ip & 255)" }
    package var description: String { "\(host):\(port)" }

    private static func parse(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var ip: UInt32 = 0
        for part in parts {
            guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let byte = UInt8(part) else { return nil }
            ip = ip << 8 | UInt32(byte)
        }
        return ip
    }
}

extension SocketAddress {
    init(_ raw: sockaddr_in) {
        self.init(ip: UInt32(bigEndian: raw.sin_addr.s_addr), port: UInt16(bigEndian: raw.sin_port))
    }

    /// Calls `body` with the address as the kernel reads it.
    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var raw = sockaddr_in()
        raw.sin_family = sa_family_t(AF_INET)
        raw.sin_port = UInt16(port).bigEndian
        raw.sin_addr.s_addr = ip.bigEndian
        return withUnsafePointer(to: &raw) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
