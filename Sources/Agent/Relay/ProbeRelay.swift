import Base
import Net

/// Asks the component in the kubelet's stead whether it is ready: the agent is, when the component is.
final class ProbeRelay: HTTPClientHandler {
    private let exchange: HTTPExchange
    private let pool: HTTPConnectionPool
    private let component: SocketAddress
    private let probe: ComponentProbe?
    private var timer: LoopTimer?
    private var connector: (any ConnectAttempt)?
    private var upstream: (any HTTPClientExchange)?
    private var isOver = false

    init(_ exchange: HTTPExchange, _ pool: HTTPConnectionPool, _ configuration: AgentConfiguration) {
        self.exchange = exchange
        self.pool = pool
        component = configuration.component
        probe = configuration.probe
    }

    func start() {
        guard probe != nil else { return finish(200) }
        timer = exchange.loop.after(AgentLimits.probeTime) { [self] in finish(503) }
        // A new connection: that it can be made is what a probe of TCP asks for.
        connector = pool.connect(component, within: AgentLimits.probeTime) { [self] result in
            connector = nil
            switch result {
            case .success(let made): ask(made)
            case .failure: finish(503)
            }
        }
    }

    private func ask(_ upstream: any HTTPClientExchange) {
        self.upstream = upstream
        guard let path = probe?.path else { return finish(200) }
        upstream.handler = self
        upstream.begin(isHead: false, body: .none) { out in
            out.append("GET ")
            out.append(path)
            out.append(" HTTP/1.1\r\nuser-agent: kube-probe/roost\r\n")
            out.appendField("host", component.description)
        }
        upstream.end()
    }

    func answered(_ upstream: any HTTPClientExchange) { finish((200...399).contains(upstream.status) ? 200 : 503) }
    func chunk(_ upstream: any HTTPClientExchange, _ bytes: UnsafeRawBufferPointer, last: Bool) {}
    func failed(_ upstream: any HTTPClientExchange, _ fault: NetFault) { finish(503) }
    func drained(_ upstream: any HTTPClientExchange) {}

    private func finish(_ status: Int) {
        guard !isOver else { return }
        isOver = true
        timer?.cancel()
        timer = nil
        connector?.cancel()
        connector = nil
        upstream?.close()
        upstream = nil
        // A client that has gone away hears nothing, and nothing happens.
        exchange.respond(status: status, contentType: "text/plain; charset=utf-8") { out in
            out.append(status == 200 ? "queue" : "the component is not ready\n")
        }
    }
}
