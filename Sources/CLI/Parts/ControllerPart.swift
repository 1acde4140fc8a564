import Base
import Controllers
import Keda
import KubeClient
import KubeModel
import Net
import Serverless
import StateMetrics
import Workloads

/// What the parts that only talk to an API have in common.
enum PartVerb {
    static let flags =
        [Flag("kubeconfig", "FILE", "the API to work for (default: $KUBECONFIG, ~/.kube/config)")] + MetricsPart.flags

    /// The API that the flags name, once it answers.
    static func api(_ invocation: Invocation) async throws -> HTTPSKubernetesAPI {
        let loop = EventLoop(name: "api-client")
        loop.start()
        let api = try HTTPSKubernetesAPI(try ClientSession.config(invocation["kubeconfig"]), loop: loop)
        _ = try await api.list(.namespaces)
        return api
    }

    /// Runs one part until the program is asked to end.
    ///
    /// - Parameter whenUp: waits until the part does its work, and returns what is to be told of it.
    static func run(
        _ name: String,
        _ invocation: Invocation,
        whenUp: @escaping @Sendable () async throws -> String = { "" },
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let running = RunningParts()
        if let metrics = try MetricsPart(invocation) { running.start("metrics") { await metrics.run() } }
        running.start(name) { try await body() }
        do {
            let details = try await whenUp()
            Output.write("roost \(name) is up\n\(details)")
            try await running.wait(for: invocation.shutdown)
        } catch {
            await running.stop()
            throw error
        }
        await running.stop()
    }
}

extension Command {
    static let controller = Command(
        "controller",
        summary: "KServe's controllers, for any Kubernetes API",
        flags: PartVerb.flags,
        run: { invocation in
            let api = try await PartVerb.api(invocation)
            let (controllers, state) = (Controllers(api: api), StateMetrics(api: api))
            try await PartVerb.run("controller", invocation) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await controllers.run() }
                    group.addTask { try await state.run() }
                    for try await _ in group {}
                }
            }
        }
    )

    static let serverless = Command(
        "serverless",
        summary: "Knative Serving's controllers, for an API that has its kinds and PodAutoscalers",
        flags: PartVerb.flags,
        run: { invocation in
            let serverless = Serverless(api: try await PartVerb.api(invocation))
            try await PartVerb.run("serverless", invocation) { try await serverless.run() }
        }
    )

    static let workloads = Command(
        "workloads",
        summary: "Deployments, Jobs, volumes, endpoints, autoscaling, garbage: what a cluster brings itself",
        flags: PartVerb.flags + [Flag("data-dir", "DIR", "where volumes of claims without a class are made")],
        run: { invocation in
            let parts = try await Parts(api: try await PartVerb.api(invocation))
            let workloads = parts.workloads(folder: try DataFolder(invocation["data-dir"]).path)
            let keda = Keda(api: parts.api)
            try await PartVerb.run("workloads", invocation) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await workloads.run() }
                    group.addTask { try await keda.run() }
                    for try await _ in group {}
                }
            }
        }
    )
}
