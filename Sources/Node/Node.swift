package import Base
import CLinux
package import KubeClient
import KubeModel
import Kubelet
import Net

/// One node of the cluster: registers itself, runs the pods that are assigned to it, and serves the kubelet's paths.
package final class Node: Sendable {
    private let api: any KubernetesAPI
    private let configuration: NodeConfiguration
    private let time: any TimeSource
    private let metrics: NodeMetrics
    private let log = Log("node")

    /// - Parameter registry: where the node's series are told.
    package init(
        api: any KubernetesAPI,
        configuration: NodeConfiguration,
        registry: MetricRegistry = .process,
        time: any TimeSource = SystemTime()
    ) {
        metrics = NodeMetrics(registry)
        self.api = api
        self.configuration = configuration
        self.time = time
    }

    /// Works until the task is cancelled; then all pods are stopped and no process is left behind.
    package func run() async throws {
        let loop = EventLoop(name: "node")
        loop.start()
        defer { loop.stop() }
        let services = try await makeServices(loop)
        let pods = PodTable(services)
        let kubelet = KubeletService(pods: pods, token: configuration.token, loop: loop, time: time)
        let server = HTTPServer(loop: loop, service: kubelet.http, tls: configuration.tls)
        let address = try server.listen(configuration.address)
        log.info("node is up", ["node": configuration.name, "kubelet": address.description])
        // Not cancelled with the rest: pods end in order, and that takes calls to the API.
        let work = Task { await pods.run() }
        let registration = NodeRegistration(
            configuration: configuration,
            api: api,
            time: time,
            kubeletPort: address.port
        )
        let result = await Result { try await follow(pods, services, registration) }
        pods.stop()
        await work.value
        if case .success(let groups) = services.groups { groups.close() }
        // In a task of its own, since this one is cancelled.
        await Task { await registration.writeStopped() }.value
        await server.drain(within: .seconds(1))
        try result.get()
    }

    /// Keeps the node registered and its pods in step with the API.
    private func follow(
        _ pods: PodTable,
        _ services: NodeServices,
        _ registration: NodeRegistration
    ) async throws {
        let assigned = Informer(api, .pods, fieldSelector: "spec.nodeName=\(configuration.name)", time: time)
        let names = Informer(api, .services, time: time)
        let slices = Informer(api, .endpointSlices, labelSelector: HeadlessSlice.label, time: time)
        assigned.onChange { before, after in pods.observe(before, after) }
        names.onChange { before, after in services.hosts.observe(before, after) }
        slices.onChange { before, after in services.hosts.observeSlice(before, after) }
        // Taken before the first pod of this run gets its folder.
        let leftovers = MachineFolders().entries(of: "\(configuration.dataFolder)/pods") ?? []
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await registration.run() }
            group.addTask { try await names.run() }
            group.addTask { try await slices.run() }
            group.addTask { try await assigned.run() }
            group.addTask { try await self.removeLeftovers(leftovers) }
            // Without an engine there is nothing of an earlier run to remove.
            group.addTask { _ = try? await services.engine.command(for: "") }
            for try await _ in group {}  // the first part that fails ends the others
        }
    }

    /// Removes what pods that are no more left in the data folder.
    private func removeLeftovers(_ uids: [String]) async throws {
        var delay = RetryDelay(first: NodeLimits.apiRetryFirst, max: NodeLimits.apiRetryMax)
        while !uids.isEmpty {
            do throws(APIStatus) {
                let kept = Set(try await api.list(.pods).items.map(\.uid))
                for uid in uids where !kept.contains(uid) {
                    MachineFolders().remove("\(configuration.dataFolder)/pods/\(uid)")
                }
                return
            } catch {
                log.debug("pods not listed yet", ["why": error.message])
            }
            try await time.sleep(delay.delay())
        }
    }

    private func makeServices(_ loop: EventLoop) async throws -> NodeServices {
        let machine = MachineFolders()
        let folder = configuration.dataFolder
        for name in ["pods", "stage", "hosts"] { try machine.make("\(folder)/\(name)") }
        let orphans = OrphanSweep.run(dataFolder: folder, podUID: nil)
        if orphans > 0 { log.warning("killed processes of an earlier run", ["count": String(orphans)]) }
        let runner = ProcessRunner(loop: loop)
        return NodeServices(
            configuration: configuration,
            api: api,
            time: time,
            loop: loop,
            runner: runner,
            images: NativeImages(
                program: configuration.program,
                programs: configuration.imagePrograms,
                residents: Set(configuration.residents.keys)
            ),
            engine: ContainerEngine(
                command: configuration.engine,
                environment: configuration.engineEnvironment,
                dataFolder: folder,
                runner: runner,
                time: time
            ),
            hosts: ClusterHosts(folder: "\(folder)/hosts"),
            addresses: AddressPool(configuration.podAddresses),
            recorder: EventRecorder(api, component: "kubelet", host: configuration.name, time: time),
            prober: Prober(loop: loop),
            metrics: metrics,
            allowsMounts: await allowsMounts(runner),
            groups: controlGroups(),
            gate: StartGate(width: NodeLimits.startsPerProcessor * max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        )
    }

    private func controlGroups() -> Result<ControlGroups, LimitsLack> {
        let machine = MachineFolders()
        do throws(LimitsLack) {
            let place = try ControlGroupPlace(
                mounts: machine.text("/proc/self/mountinfo"),
                own: machine.text("/proc/self/cgroup"),
                read: machine.text
            )
            return .success(try ControlGroups(place, dataFolder: configuration.dataFolder, time: time))
        } catch {
            log.info("limits of process pods are not enforced", ["why": error.description])
            return .failure(error)
        }
    }

    /// Tries whether this machine lets us give a process mounts of its own.
    private func allowsMounts(_ runner: ProcessRunner) async -> Bool {
        guard configuration.usesMounts else { return false }
        let folder = configuration.dataFolder
        let point = MountPoint(
            source: "\(folder)/hosts",
            target: "\(folder)/stage",
            isFolder: true,
            isReadOnly: true
        )
        do {
            let mounts = try MountPlan([point], stage: "\(folder)/stage", reader: MachineFolders())
            let plan = LaunchPlan(arguments: ["/bin/sh", "-c", ":"], environment: [], mounts: mounts)
            return try await runner.run(plan, timeout: .seconds(5), time: time).succeeded
        } catch {
            log.info("no mounts for process pods: paths are rewritten instead", ["why": "\(error)"])
            return false
        }
    }
}

extension Result where Failure == any Error {
    /// What an asynchronous body returns or throws.
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
