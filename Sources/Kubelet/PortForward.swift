import Base
import Net
import Synchronization

/// One upgraded connection of `kubectl port-forward`: SPDY streams on this side, connections to the pod on the other.
///
/// Each forwarded connection is a pair of streams with one `requestid`: `error`, which the client half-closes at once
/// and on which a text means a fault, and `data`. Neither side does SPDY's flow control, so a pod that does not read
/// holds up the whole connection; that keeps memory bounded.
final class PortForward: Sendable {
    private let client: ByteStream
    private let host: String
    private let loop: EventLoop
    private let log = Log("port-forward")
    private let encoder: Mutex<SPDYEncoder>

    /// What the streams of the connection are, by id.
    private struct Streams {
        var headers: [UInt32: [String: String]] = [:]
        var connections: [UInt32: ByteStream] = [:]

        func errorStream(of data: UInt32) -> UInt32? {
            guard headers[data]?["streamtype"] == "data", let request = headers[data]?["requestid"] else { return nil }
            return headers.first { $0.value["streamtype"] == "error" && $0.value["requestid"] == request }?.key
        }
    }
    private let streams = Mutex(Streams())

    init(_ client: ByteStream, to host: String, loop: EventLoop) throws(SPDYDefect) {
        self.client = client
        self.host = host
        self.loop = loop
        encoder = Mutex(try SPDYEncoder())
    }

    /// Serves until the client goes away.
    func run() async {
        await withDiscardingTaskGroup { group in
            do {
                try await serve(&group)
            } catch {
                log.debug("ended", ["why": "\(error)"])
            }
            for connection in streams.withLock({ Array($0.connections.values) }) { connection.close() }
            client.close()
            group.cancelAll()
        }
    }

    private func serve(_ group: inout DiscardingTaskGroup) async throws {
        var decoder = try SPDYDecoder()
        while let bytes = try await client.read() {
            decoder.feed(bytes)
            while let frame = try decoder.next() {
                if frame == .goAway { return }
                try await take(frame, &group)
            }
        }
    }

    private func take(_ frame: SPDYFrame, _ group: inout DiscardingTaskGroup) async throws {
        switch frame {
        case .synStream(let id, let headers, _): try await open(id, headers, &group)
        case .data(let id, let bytes, let isLast):
            guard let pod = streams.withLock({ $0.connections[id] }) else { return }
            // A pod that went away says so by ending its own direction.
            if !bytes.isEmpty { try? await pod.write(bytes) }
            if isLast { await pod.finishWriting() }
        case .reset(let id, _): close(id)
        case .ping(let id): try await client.write(encoder.withLock { $0.ping(id) })
        case .synReply, .goAway, .other: return
        }
    }

    private func open(_ id: UInt32, _ headers: [String: String], _ group: inout DiscardingTaskGroup) async throws {
        let isFull = streams.withLock { streams in
            if streams.headers.count >= KubeletLimits.spdyStreamsMax { return true }
            streams.headers[id] = headers
            return false
        }
        if isFull { return try await client.write(encoder.withLock { $0.reset(id, status: 3) }) }
        let reply = try encoder.withLock { encoder throws(SPDYDefect) in try encoder.synReply(id) }
        try await client.write(reply)
        guard headers["streamtype"] == "data" else { return }
        let port = headers["port"] ?? ""
        do {
            guard let address = Int(port).flatMap({ SocketAddress(host: host, port: $0) }) else {
                throw NetFault(.client, .address, "no such port: \(port)")
            }
            let pod = try await connect(address, on: loop)
            streams.withLock { $0.connections[id] = pod }
            group.addTask { await self.relay(pod, id) }
        } catch {
            await finish(id, fault: "failed to connect to port \(port) of the pod (\(host)): \(error)")
        }
    }

    /// Brings what the pod sends to the client.
    private func relay(_ pod: ByteStream, _ id: UInt32) async {
        do {
            while let bytes = try await pod.read() {
                try await client.write(encoder.withLock { $0.data(id, bytes) })
            }
            await finish(id, fault: nil)
        } catch {
            await finish(id, fault: Task.isCancelled ? nil : "lost connection to pod: \(error)")
        }
    }

    /// Ends both streams of a forwarded connection; a text on the error stream is what kubectl prints.
    private func finish(_ id: UInt32, fault: String?) async {
        let errorStream = streams.withLock { $0.errorStream(of: id) }
        var frames = encoder.withLock { $0.data(id, [], isLast: true) }
        if let errorStream {
            frames += encoder.withLock { $0.data(errorStream, Array((fault ?? "").utf8), isLast: true) }
        }
        // A client that is gone needs no end.
        try? await client.write(frames)
        close(id)
    }

    /// Forgets a stream, and the error stream that goes with it.
    private func close(_ id: UInt32) {
        let pod = streams.withLock { streams in
            if let errorStream = streams.errorStream(of: id) { streams.headers[errorStream] = nil }
            streams.headers[id] = nil
            return streams.connections.removeValue(forKey: id)
        }
        pod?.close()
    }
}
