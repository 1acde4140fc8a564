import Base
import KubeClient
import KubeModel
import Kubelet
import Net
import Synchronization

/// The pods of this node: brings what the API says of them to their workers.
final class PodTable: Sendable {
    private let services: NodeServices
    private let state = Mutex(State())
    private let work: AsyncStream<@Sendable () async -> Void>
    private let add: AsyncStream<@Sendable () async -> Void>.Continuation
    private let log = Log("node")

    private struct State {
        /// By uid; a worker stays until its object is gone from the API.
        var workers: [String: PodWorker] = [:]
        var refused: Set<String> = []
        var isStopping = false
    }

    init(_ services: NodeServices) {
        self.services = services
        (work, add) = AsyncStream.makeStream()
    }

    /// Works until `stop` and until the last worker has ended.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await job in work { group.addTask { await job() } }
        }
    }

    /// Ends all pods and lets `run` end with them.
    func stop() {
        let workers = state.withLock { state in
            state.isStopping = true
            return Array(state.workers.values)
        }
        for worker in workers {
            worker.report(.nodeStops(grace: min(worker.spec.grace, NodeLimits.shutdownGraceMax)))
        }
        add.finish()
    }

    /// Takes in a change of a pod.
    func observe(_ before: KubeObject?, _ after: KubeObject?) {
        if let before, before.uid != after?.uid { vanish(before.uid) }
        guard let pod = after, pod.spec["nodeName"].string == services.configuration.name else { return }
        guard let worker = worker(for: pod) else { return }
        guard pod.isTerminating else { return }
        let grace = pod.metadata["deletionGracePeriodSeconds"].int ?? Int(worker.spec.grace.seconds)
        worker.report(.deletionRequested(grace: .seconds(max(0, grace))))
    }

    private func vanish(_ uid: String) {
        let worker = state.withLock { state in
            state.refused.remove(uid)
            return state.workers.removeValue(forKey: uid)
        }
        worker?.report(.vanished)
    }

    /// The pod's worker, made where there is none; nil for a pod that cannot be run.
    private func worker(for pod: KubeObject) -> PodWorker? {
        if let worker = state.withLock({ $0.workers[pod.uid] }) { return worker }
        do throws(PodDefect) {
            let worker = PodWorker(pod, try PodSpec(pod), services: services)
            let isNew = state.withLock { state in
                guard !state.isStopping else { return false }
                state.workers[pod.uid] = worker
                return true
            }
            guard isNew else { return nil }
            services.metrics.startedPods.add()
            add.yield { await worker.run() }
            return worker
        } catch {
            refuse(pod, error)
            return nil
        }
    }

    /// Tells the owner of a pod that cannot be run, once.
    private func refuse(_ pod: KubeObject, _ defect: PodDefect) {
        let isNew = state.withLock { $0.refused.insert(pod.uid).inserted }
        guard isNew || pod.isTerminating else { return }
        add.yield { [services, log] in
            do throws(APIStatus) {
                if pod.isTerminating {
                    try await services.api.delete(.pods, pod.key, DeleteOptions(gracePeriodSeconds: 0, uid: pod.uid))
                } else {
                    let status = PodStatus.refused(
                        defect,
                        host: services.configuration.address.host,
                        now: services.time.wall()
                    )
                    _ = try await services.api.patch(.pods, pod.key, .merge(["status": status]), subresource: "status")
                    await services.recorder.warning(pod, "Failed", defect.description)
                }
            } catch {
                log.warning("refused pod not written", ["pod": pod.key.description, "why": error.message])
            }
        }
    }
}

// MARK: - What the kubelet's paths ask

extension PodTable: KubeletPods {
    private func find(_ pod: ObjectKey) throws(APIStatus) -> (worker: PodWorker, view: PodView) {
        guard let worker = state.withLock({ $0.workers.values.first { $0.spec.key == pod } }) else {
            throw .notFound(.pods, pod.name)
        }
        return (worker, worker.view.withLock { $0 })
    }

    func log(of pod: ObjectKey, container: String, isPrevious: Bool) throws(APIStatus) -> LogSource {
        let (worker, view) = try find(pod)
        guard let index = worker.spec.containers.firstIndex(where: { $0.name == container }) else {
            throw .badRequest("container \(container) is not valid for pod \(pod.name)")
        }
        let life = view.life.containers[index]
        var restart = life.restarts
        if isPrevious {
            guard life.last != nil else {
                throw .badRequest("previous terminated container \"\(container)\" in pod \"\(pod.name)\" not found")
            }
            // A container that waits to start again has its last run as the present one.
            if !life.startsAgain { restart -= 1 }
        } else if case .waiting(let reason, _, _) = life.phase, life.last == nil {
            throw .badRequest(PodTable.waiting(container, pod.name, reason))
        }
        let path = services.logPath(of: worker.spec.uid, container, restart: max(0, restart))
        return LogSource(path: path, live: isPrevious ? nil : view.logs[index])
    }

    private static func waiting(_ container: String, _ pod: String, _ reason: String) -> String {
        let why =
            switch reason {
            case "ErrImagePull": "image can't be pulled"
            case "ImagePullBackOff": "trying and failing to pull image"
            default: reason
            }
        return "container \"\(container)\" in pod \"\(pod)\" is waiting to start: \(why)"
    }

    func address(of pod: ObjectKey) throws(APIStatus) -> String {
        let view = try find(pod).view
        guard let address = view.addresses.pod, view.life.stage == .active else {
            throw .badRequest("pod \(pod.name) is not running")
        }
        return address
    }

    func figures() -> [ContainerFigures] {
        let figures = ProcessFigures.read()
        return state.withLock { Array($0.workers.values) }.flatMap { worker in
            let view = worker.view.withLock { $0 }
            let processes = view.processes.map { index, process in
                let group = figures.groups[process.pid] ?? ProcessFigures.Group()
                return (index, group.cpuSeconds, group.residentBytes)
            }
            let residents = view.residents.map { ($0, $1.figures.cpuSeconds, $1.figures.heldBytes) }
            return (processes + residents).compactMap { index, cpuSeconds, bytes -> ContainerFigures? in
                guard let running = view.life.containers[index].running else { return nil }
                return ContainerFigures(
                    pod: worker.spec.key,
                    container: worker.spec.containers[index].name,
                    startedAt: running.since,
                    cpuSeconds: cpuSeconds,
                    residentBytes: bytes
                )
            }
        }
    }
}
