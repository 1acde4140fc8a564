import CLinux

/// The system calls that make sockets.
enum Socket {
    private static let backlog: Int32 = 1024
    private static let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)

    /// A listening socket and the address that it got.
    static func listen(
        _ address: SocketAddress,
        sharingPort: Bool
    ) throws(NetFault) -> (descriptor: Int32, address: SocketAddress) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | flags, 0)
        guard descriptor >= 0 else { throw .system("listening on \(address)") }
        setOption(descriptor, SOL_SOCKET, SO_REUSEADDR)
        if sharingPort { setOption(descriptor, SOL_SOCKET, SO_REUSEPORT) }
        let isBound = address.withSockaddr { bind(descriptor, $0, $1) == 0 } && CLinux.listen(descriptor, backlog) == 0
        guard isBound, let bound = localAddress(descriptor) else {
            let fault = NetFault.system("listening on \(address)", kind: .address)
            close(descriptor)
            throw fault
        }
        return (descriptor, bound)
    }

    /// A connection that a client made, or nil where none waits or it is gone already; `errno` says which.
    static func accept(_ listener: Int32) -> (descriptor: Int32, remote: SocketAddress)? {
        var from = sockaddr_in()
        let descriptor = clinux_accept_inet(listener, flags, &from)
        guard descriptor >= 0 else { return nil }
        setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
        return (descriptor, SocketAddress(from))
    }

    /// Begins to connect; the socket becomes writable when that has come to an end.
    static func connect(_ address: SocketAddress) throws(NetFault) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | flags, 0)
        guard descriptor >= 0 else { throw .system("connecting to \(address)") }
        setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
        let result = address.withSockaddr { CLinux.connect(descriptor, $0, $1) }
        if result != 0, clinux_errno() != EINPROGRESS {
            let fault = unreachable(address, clinux_errno())
            close(descriptor)
            throw fault
        }
        return descriptor
    }

    static func unreachable(_ address: SocketAddress, _ number: Int32) -> NetFault {
        NetFault(.upstream, .unreachable, "\(address): \(String(cString: strerror(number)).lowercased())")
    }

    /// What became of a connect; 0 is success.
    static func pendingError(_ descriptor: Int32) -> Int32 {
        var number: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size) == 0 ? number : clinux_errno()
    }

    static func localAddress(_ descriptor: Int32) -> SocketAddress? {
        var raw = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &raw) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        return result == 0 ? SocketAddress(raw) : nil
    }

    private static func setOption(_ descriptor: Int32, _ level: Int32, _ name: Int32) {
        var one: Int32 = 1
        setsockopt(descriptor, level, name, &one, socklen_t(MemoryLayout<Int32>.size))
    }
}
