import APIServer
import Autoscaler
import Base
import Controllers
import Drift
import Experiments
import Gateway
import Keda
import KubeClient
import KubeModel
import Net
import Node
import Scaling
import Serverless
import StateMetrics
import Statistics
import Telemetry
import Workloads

extension Command {
    static let up = Command(
        "up",
        summary: "the whole platform on this machine, in the foreground",
        details: """
            Brings the API, the controllers, the node and the gateway in one process, on loopback addresses. Writes
            DIR/kubeconfig and says where everything is. INT or TERM drains and stops: no process is left behind. What is
            in the data folder comes back at the next start.
            """,
        flags: EmbeddedAPI.flags + GatewayPart.flags + NodePart.flags,
        run: { invocation in
            let begun = SystemTime().monotonic()
            let loop = EventLoop(name: "api")
            loop.start()
            let embedded = try EmbeddedAPI(invocation, loop: loop)
            let url = try await embedded.start()
            let running = RunningParts()
            let tracing = TracingPart.start("roost-gateway", embedded.metrics)
            running.start("the API server") { await embedded.run() }
            do {
                let (gateway, routers, address) = try await startParts(invocation, embedded, running, tracing)
                let took = Int((SystemTime().monotonic() - begun).milliseconds)
                Output.write(greeting(embedded, url: url, gateway: address, milliseconds: took))
                try await running.wait(for: invocation.shutdown)
                Log("up").info("stopping: requests are finished, then pods end")
                await running.stop()
                gateway.close()
                await routers.end(within: TracingPart.endTime)
            } catch {
                await running.stop()
                throw error
            }
            await tracing?.end(within: TracingPart.endTime)
        }
    )

    /// Starts what meets at the API; they end in the opposite order: first the gateway, last the node's pods.
    private static func startParts(
        _ invocation: Invocation,
        _ embedded: EmbeddedAPI,
        _ running: RunningParts,
        _ tracing: Tracing?
    ) async throws -> (gateway: Gateway, routers: ResidentRouter, address: SocketAddress) {
        let api = embedded.server.api
        let parts = try await Parts(api: api)
        // Before the parts that look after endpoints: these stand for no pod.
        let metrics = try await MetricsPart.publish(
            embedded.metrics,
            host: embedded.network.gatewayAddress,
            to: api
        )
        running.start("metrics") { await metrics.run() }
        let state = StateMetrics(api: api, registry: embedded.metrics)
        running.start("the state's series") { try await state.run() }
        let (board, arms) = (LoadBoard(), ArmBoard(shards: 1))
        let gateway = parts.gateway(
            try GatewayPart.addresses(invocation),
            metrics: embedded.metrics,
            board: board,
            arms: arms,
            logsAccess: invocation.has("gateway-access-log"),
            tracing: tracing
        )
        let routers = ResidentRouter(loops: gateway.loops)
        let node = try parts.node(
            folder: embedded.folder.path,
            imagePrograms: try NodePart.imagePrograms(invocation),
            residents: ["router": routers]
        )
        running.start("the node") { try await node.run() }
        let workloads = parts.workloads(folder: embedded.folder.path)
        running.start("workloads") { try await workloads.run() }
        let keda = Keda(api: api)
        running.start("the scaling by triggers") { try await keda.run() }
        let controllers = Controllers(api: api)
        running.start("the controllers") { try await controllers.run() }
        let serverless = Serverless(api: api)
        running.start("Knative's controllers") { try await serverless.run() }
        let autoscaler = parts.autoscaler(board: board)
        running.start("the autoscaler") { try await autoscaler.run() }
        let experiments = Experiments(api: api, board: arms)
        running.start("experiments") { try await experiments.run() }
        let drift = parts.drift(metrics: embedded.metrics)
        running.start("drift") { try await drift.run() }
        running.start("the gateway") { try await gateway.run() }
        return (gateway, routers, try await parts.publish(gateway))
    }

    private static func greeting(_ embedded: EmbeddedAPI, url: String, gateway: SocketAddress, milliseconds: Int)
        -> String
    {
        """
        roost \(Version.number) is up after \(milliseconds) ms
          data        \(embedded.folder.path)
          kubeconfig  export KUBECONFIG=\(embedded.folder.kubeconfigPath)
          API         \(url)
          gateway     http://\(gateway)   (Host: NAME.NAMESPACE.example.com)
          addresses   \(embedded.network.prefix).0.0/16: Services and pods answer there
          stop        Ctrl-C

        """
    }
}
