import Base
import KubeClient
import KubeModel
import Net

extension Command {
    static let top = Command(
        "top",
        summary: "what services do now: requests, times, errors, replicas, processor, memory",
        details: """
              roost top                live in a terminal, until Ctrl-C
              roost top -A --once      one table, for pipes

            Requests, times and errors are those that the gateway has carried since the last look; errors are answers of 500
            and above. Processor and memory are those of the services' pods. "-" is what nobody knows.
            """,
        flags: ClientSession.flags + [
            Flag("all-namespaces", short: "A", "services of every namespace"),
            Flag("interval", "TIME", "from one look to the next (default 2s)"),
            Flag("once", "print one table and end, as where standard output is no terminal"),
            Flag("sort", "COLUMN", "rps (default), p99, errors, cpu, memory or name"),
            Flag("metrics-url", "URL", "where the gateway's series are, if not in the API's (http://ADDRESS/metrics)"),
        ],
        run: { invocation in
            let word = invocation["sort"] ?? "rps"
            guard let order = TopTable.Order(rawValue: word) else {
                throw Misuse("--sort is rps, p99, errors, cpu, memory or name, was \"\(word)\"")
            }
            let interval = try invocation.duration("interval") ?? .seconds(2)
            guard interval > .zero else { throw Misuse("--interval must be above 0") }
            let top = try Top(invocation, order: order, interval: interval)
            if invocation.has("once") || !Screen.isThere {
                try await top.printOnce()
            } else {
                try await top.show(until: invocation.shutdown)
            }
        }
    )
}

/// Looks at the services again and again.
private struct Top: Sendable {
    private let session: ClientSession
    private let namespace: String?
    private let order: TopTable.Order
    private let interval: Duration
    private let gateway: GatewaySeries
    private let time = SystemTime()

    init(_ invocation: Invocation, order: TopTable.Order, interval: Duration) throws {
        session = try ClientSession(invocation)
        namespace = invocation.has("all-namespaces") ? nil : session.namespace
        self.order = order
        self.interval = interval
        gateway = try GatewaySeries(session, url: invocation["metrics-url"])
    }

    func printOnce() async throws {
        let first = try await look()
        try await time.sleep(interval)
        let table = TopTable(try await look(), since: first, order: order)
        Output.write(table.text(showsNamespace: namespace == nil))
    }

    func show(until shutdown: ShutdownSignal) async throws {
        var last = try await look()
        Screen.open()
        defer { Screen.close() }
        draw(TopTable(last, since: last, order: order), note: "the first figures come in \(interval)")
        for await _ in ticks(until: shutdown) {
            do {
                let now = try await look()
                draw(TopTable(now, since: last, order: order))
                last = now
            } catch {
                draw(TopTable(last, since: last, order: order), note: "\(error)")
            }
        }
    }

    private func draw(_ table: TopTable, note: String = "") {
        let (width, height) = Screen.size
        let lines = table.screen(width: width, height: height, showsNamespace: namespace == nil, note: note)
        Screen.draw(lines, head: 2)
    }

    /// One element an interval, none after the program was asked to end.
    private func ticks(until shutdown: ShutdownSignal) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let ticking = Task {
            while !Task.isCancelled {
                try await time.sleep(interval)
                continuation.yield()
            }
        }
        let ending = Task {
            await shutdown.requested()
            continuation.finish()
        }
        continuation.onTermination = { _ in
            ticking.cancel()
            ending.cancel()
        }
        return stream
    }

    private func look() async throws -> TopSnapshot {
        let api = session.api
        async let services = api.list(.inferenceServices, namespace: namespace, ListOptions()).items
        async let pods = api.list(.pods, namespace: namespace, ListOptions()).items
        async let routes = optional(.httpRoutes)
        async let usage = optional(.podMetrics)
        async let traffic = gateway.read()
        return TopSnapshot(
            at: time.monotonic(),
            services: try await services,
            pods: try await pods,
            usage: await usage,
            routes: await routes,
            traffic: await traffic
        )
    }

    /// Objects of a kind that not every API serves: without them, what they tell is unknown.
    private func optional(_ resource: ResourceID) async -> [KubeObject] {
        (try? await session.api.list(resource, namespace: namespace, ListOptions()).items) ?? []
    }
}

/// Reads the gateway's series: those of the API where it is one process with the gateway, else of a URL.
private struct GatewaySeries: Sendable {
    private let api: HTTPSKubernetesAPI
    private let other: (client: HTTPClient, address: SocketAddress, target: String)?

    private static let bytesMax = 64 << 20
    private static let timeout = Duration.seconds(10)

    init(_ session: ClientSession, url: String?) throws {
        api = session.api
        guard let url else {
            other = nil
            return
        }
        guard let web = WebAddress(url), !web.isSecure, let address = SocketAddress(host: web.host, port: web.port)
        else {
            throw Misuse("--metrics-url must be http://ADDRESS:PORT/PATH, was \"\(url)\"")
        }
        let loop = EventLoop(name: "metrics")
        loop.start()
        other = (HTTPClient(loop: loop, bodyMax: Self.bytesMax), address, web.target)
    }

    /// Nil where they cannot be read: what they tell is unknown then.
    func read() async -> [String: RouteTraffic]? {
        guard let text = try? await text() else { return nil }
        return RouteTraffic.read(text)
    }

    private func text() async throws -> String {
        if let other {
            let request = HTTPRequest(path: other.target)
            let answer = try await other.client.send(request, to: other.address, timeout: Self.timeout)
            return String(decoding: answer.body, as: UTF8.self)
        }
        let body = try await api.open("/metrics")
        var bytes: [UInt8] = []
        while let more = try await body.read() {
            bytes += more
            guard bytes.count <= Self.bytesMax else { throw Failure("the API's series are too many") }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
