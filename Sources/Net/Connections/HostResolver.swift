import Base
import CLinux

/// Finds the IPv4 addresses of names, for one loop: in a file of its own, where it has one, else by the machine's ways; on a thread
/// apart, and remembers them.
package final class HostResolver {
    private struct Known {
        var ip: UInt32
        var since: Instant
        var isAsked = false
    }

    private typealias Waiting = (Result<UInt32, NetFault>) -> Void

    private let loop: EventLoop
    private let file: String?
    private var known: [String: Known] = [:]
    private var waiting: [String: [Waiting]] = [:]

    /// How long an address is good; after that it is used once more while it is asked for anew.
    static let freshTime = Duration.seconds(5)
    /// How long an address may be used at all.
    static let keptTime = Duration.seconds(60)
    /// Names that are remembered.
    static let namesMax = 1024

    /// - Parameter file: one in the form of /etc/hosts, which is asked before the machine.
    package init(loop: EventLoop, file: String? = nil) {
        self.loop = loop
        self.file = file
    }

    /// Calls `done` with the host's address, at once where it is known; both on the loop's thread.
    package func resolve(_ host: String, port: Int, _ done: @escaping (Result<SocketAddress, NetFault>) -> Void) {
        if let address = SocketAddress(host: host, port: port) { return done(.success(address)) }
        func finish(_ result: Result<UInt32, NetFault>) {
            done(result.map { SocketAddress(ip: $0, port: UInt16(clamping: port)) })
        }
        guard let entry = known[host], loop.now - entry.since < Self.keptTime else {
            waiting[host, default: []].append(finish)
            if waiting[host]?.count == 1 { ask(host) }
            return
        }
        if loop.now - entry.since >= Self.freshTime, !entry.isAsked {
            known[host]?.isAsked = true
            ask(host)
        }
        finish(.success(entry.ip))
    }

    private func ask(_ host: String) {
        let (loop, file) = (loop, file)
        let back = LoopBound(self)
        OwnThread.start(name: "resolve") {
            let own = file.flatMap { HostsFile.address(of: host, in: $0) }
            let result = own.map { .success($0) } ?? Self.lookUp(host)
            loop.execute { back.value.learned(host, result) }
        }
    }

    private func learned(_ host: String, _ result: Result<UInt32, NetFault>) {
        switch result {
        case .success(let ip):
            if known.count >= Self.namesMax { known.removeAll() }
            known[host] = Known(ip: ip, since: loop.now)
        case .failure:
            // An old address stays until its time is over: the name server may only be away for a moment.
            known[host]?.isAsked = false
        }
        for tell in waiting.removeValue(forKey: host) ?? [] { tell(result) }
    }

    private static func lookUp(_ host: String) -> Result<UInt32, NetFault> {
        var hints = addrinfo()
        hints.ai_family = AF_INET
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let failure = getaddrinfo(host, nil, &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard failure == 0, let raw = list?.pointee.ai_addr else {
            let why = failure == 0 ? "no address" : String(cString: gai_strerror(failure)).lowercased()
            return .failure(NetFault(.upstream, .unreachable, "host \(host) is not found: \(why)"))
        }
        return .success(raw.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { SocketAddress($0.pointee).ip })
    }
}
