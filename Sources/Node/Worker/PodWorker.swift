import Base
import CLinux
import Kubelet
import KubeModel
import Net
import Synchronization

/// Runs one pod: gives its life what happens, and does what its life decides.
actor PodWorker {
    nonisolated let object: KubeObject
    nonisolated let spec: PodSpec
    /// What others may see of the pod at any time.
    nonisolated let view: Mutex<PodView>

    private let services: NodeServices
    private let scribe: PodScribe
    private let events: AsyncStream<PodLife.Event>
    private let post: AsyncStream<PodLife.Event>.Continuation
    private var life: PodLife
    private var addresses: PodAddresses
    /// The status as it was told last; its conditions keep their times.
    private var status: JSON
    private var volumes: [String: String] = [:]
    private var starts: [Int: ContainerStart] = [:]
    private var alarm: (at: Instant, task: Task<Void, Never>)?

    init(_ object: KubeObject, _ spec: PodSpec, services: NodeServices) {
        self.object = object
        self.spec = spec
        self.services = services
        let life = PodStatus.restore(spec, object.status, now: services.time.wall())
        self.life = life
        status = object.status
        addresses = PodAddresses(host: services.configuration.address.host)
        view = Mutex(PodView(life: life, addresses: addresses))
        scribe = PodScribe(object, written: object.status, services: services)
        (events, post) = AsyncStream.makeStream()
    }

    /// Reports something that happened to the pod.
    nonisolated func report(_ event: PodLife.Event) { post.yield(event) }

    /// Works until nothing of the pod is left on the machine.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.scribe.run() }
            let writesStatus = !life.isOver
            report(.began)
            for await event in events {
                for action in life.handle(complete(event), at: services.now) { perform(action, &group) }
                publish(writesStatus: writesStatus)
                setAlarm()
                if life.stage == .gone { break }
            }
            alarm?.task.cancel()
            scribe.finish()
        }
    }

    /// Adds a container's last words to the news of its end.
    private func complete(_ event: PodLife.Event) -> PodLife.Event {
        guard case .exited(let index, var report) = event else { return event }
        let name = spec.containers[index].name
        let file = services.messageFile(of: spec.uid, name)
        let said =
            starts[index]?.engineName == nil ? nil : MachineFolders().read(file, max: NodeLimits.terminationMessageMax)
        if let said, !said.isEmpty {
            report.message = String(decoding: said, as: UTF8.self)
        } else if report.exitCode != 0 {
            let path = services.logPath(of: spec.uid, name, restart: life.containers[index].restarts)
            let lines = ContainerLog.tail(path, lines: NodeLimits.terminationMessageLines)
            report.message = String(lines.suffix(NodeLimits.terminationMessageMax))
        }
        view.withLock { view in
            view.processes[index] = nil
            view.logs[index] = nil
        }
        return .exited(index, report)
    }

    private func publish(writesStatus: Bool) {
        view.withLock { view in
            view.life = life
            view.addresses = addresses
        }
        guard writesStatus else { return }
        if case .stopping(.nodeStop, _, _) = life.stage { scribe.hurry() }
        status = PodStatus.make(life, addresses, previous: status, now: services.time.wall())
        scribe.write(status: status)
    }

    private func setAlarm() {
        let deadline = life.deadline
        guard alarm?.at != deadline else { return }
        alarm?.task.cancel()
        alarm = deadline.map { deadline in
            let task = Task { [services, post] in
                // A cancelled alarm has been replaced.
                guard (try? await services.time.sleep(until: deadline)) != nil else { return }
                post.yield(.tick)
            }
            return (deadline, task)
        }
    }

    private func perform(_ action: PodLife.Action, _ group: inout DiscardingTaskGroup) {
        switch action {
        case .prepare: group.addTask { await self.prepare() }
        case .start(let index, let restart): group.addTask { await self.start(index, restart: restart) }
        case .probe(let index, let kind): group.addTask { await self.probe(index, kind) }
        case .runHook(let index): group.addTask { await self.runHook(index) }
        case .terminate(let index): signal(index, SIGTERM)
        case .kill(let index):
            if let name = starts[index]?.engineName { group.addTask { await self.services.engine.remove(name) } }
            signal(index, SIGKILL)
        case .awaitDrain: group.addTask { await self.awaitDrain() }
        case .release(let cause): group.addTask { await self.release(cause) }
        case .forget: scribe.forget()
        case .tell(let tale): scribe.tell(tale)
        }
    }

    private func signal(_ index: Int, _ number: Int32) {
        guard let process = view.withLock({ $0.processes[index] }) else { return }
        services.runner.signal(process, number)
    }
}

/// What others see of a pod: the kubelet's paths.
struct PodView: Sendable {
    var life: PodLife
    var addresses: PodAddresses
    /// The processes that run, by container.
    var processes: [Int: RunningProcess] = [:]
    /// The logs that are being written, by container.
    var logs: [Int: ContainerLog] = [:]
}

// MARK: - Beginning and end

extension PodWorker {
    private func prepare() async {
        // A pod that was deleted meanwhile has given back what it had, and takes nothing new.
        guard case .preparing = life.stage else { return }
        if addresses.pod == nil {
            addresses.pod = spec.usesHostNetwork ? addresses.host : services.addresses.take()
        }
        guard addresses.pod != nil else { return report(.notPrepared("no pod address is free on this node")) }
        do {
            let mounter = VolumeMounter(sources: services.sources, folder: "\(services.folder(of: spec.uid))/volumes")
            volumes = try await mounter.mount(spec.volumes, fields: fields)
            report(.prepared)
        } catch {
            report(.notPrepared("\(error)"))
        }
    }

    private var fields: PodFields {
        PodFields(pod: object, addresses: addresses, nodeName: services.configuration.name)
    }

    private func awaitDrain() async {
        await EndpointDrain(api: services.api, time: services.time).wait(for: object)
        report(.drained)
    }

    private func release(_ cause: PodLife.Cause) async {
        // A process that left its group is found by its mark.
        if startedAny { OrphanSweep.run(dataFolder: services.configuration.dataFolder, podUID: spec.uid) }
        if !spec.usesHostNetwork, let address = addresses.pod { services.addresses.giveBack(address) }
        if cause != .nodeStop { MachineFolders().remove(services.folder(of: spec.uid)) }
        report(.released)
    }

    private var startedAny: Bool { !starts.isEmpty }
}

// MARK: - Containers

extension PodWorker {
    private func start(_ index: Int, restart: Int) async {
        let container = spec.containers[index]
        do throws(StartFault) {
            let launcher = ContainerLauncher(services: services, spec: spec, fields: fields, volumes: volumes)
            let start = try await launcher.prepare(container, restart: restart)
            starts[index] = start
            tellOfImage(index, start)
            try await launch(index, start, restart: restart)
        } catch {
            report(.notStarted(index, error))
        }
    }

    private func launch(_ index: Int, _ start: ContainerStart, restart: Int) async throws(StartFault) {
        let name = spec.containers[index].name
        do {
            let log = try openLog(name, restart: restart)
            let id = start.engineName.map { "engine://\($0)" } ?? "roost://\(spec.uid)/\(name)/\(restart)"
            view.withLock { $0.logs[index] = log }
            try await services.runner.start(
                start.plan,
                sink: LogSink(log: log),
                started: { [self] process in
                    view.withLock { $0.processes[index] = process }
                    report(.started(index, containerID: id, imageID: start.imageID))
                },
                ended: { [self] exit in
                    report(.exited(index, PodLife.ExitReport(exitCode: exit.code, signal: exit.signal)))
                }
            )
        } catch {
            throw .cannotRun("\(error)")
        }
    }

    private func openLog(_ container: String, restart: Int) throws -> ContainerLog {
        let path = services.logPath(of: spec.uid, container, restart: restart)
        try MachineFolders().make("\(services.folder(of: spec.uid))/\(container)")
        // Only the run before is kept, for `logs --previous`.
        if restart > 1 { ContainerLog.remove(services.logPath(of: spec.uid, container, restart: restart - 2)) }
        return try ContainerLog(path: path, time: services.time)
    }

    private func tellOfImage(_ index: Int, _ start: ContainerStart) {
        let image = spec.containers[index].image
        let how = start.engineName == nil ? "is run by Roost itself" : "already present on machine"
        let message = "Container image \"\(image)\" \(how)"
        scribe.tell(PodLife.Tale(isWarning: false, reason: "Pulled", message: message, container: index))
        guard !start.rewritten.isEmpty else { return }
        let places = start.rewritten.map { "\($0.target) is \($0.source)" }.joined(separator: ", ")
        let rewritten = "no mount namespaces here, so paths in arguments and variables are rewritten: \(places)"
        scribe.tell(PodLife.Tale(isWarning: false, reason: "PathsRewritten", message: rewritten, container: index))
    }
}

// MARK: - Probes and hooks

extension PodWorker {
    private func probe(_ index: Int, _ kind: ProbeKind) async {
        guard let probe = spec.containers[index].probes.first(where: { $0.kind == kind })?.spec else { return }
        let answer = await ask(index, probe.handler, timeout: probe.timeout)
        report(.probed(index, kind, success: answer.success, message: answer.message))
    }

    private func runHook(_ index: Int) async {
        guard let hook = spec.containers[index].preStop else { return }
        let answer = await ask(index, hook, timeout: spec.grace)
        if !answer.success {
            let message = "PreStopHook failed: \(answer.message)"
            scribe.tell(PodLife.Tale(isWarning: true, reason: "FailedPreStopHook", message: message, container: index))
        }
        report(.hookDone(index))
    }

    private func ask(_ index: Int, _ handler: HandlerSpec, timeout: Duration) async -> ProbeAnswer {
        let address = addresses.pod ?? addresses.host
        switch handler {
        case .http(let host, let port, let path, let headers):
            return await services.prober.http(host ?? address, port, path, headers, timeout: timeout)
        case .tcp(let host, let port): return await services.prober.tcp(host ?? address, port)
        case .exec(let command): return await execute(index, command, timeout: timeout)
        case .sleep(let duration):
            // Cut short, it has done its part.
            try? await services.time.sleep(min(duration, timeout))
            return ProbeAnswer(success: true, message: "")
        case .unsupported(let why): return ProbeAnswer(success: false, message: why)
        }
    }

    /// Runs a command as the container would: its variables, its view of the file system.
    private func execute(_ index: Int, _ command: [String], timeout: Duration) async -> ProbeAnswer {
        guard let start = starts[index], let name = command.first else {
            return ProbeAnswer(success: false, message: "no command")
        }
        do {
            let plan: LaunchPlan
            if let engineName = start.engineName {
                plan = try await services.engine.execPlan(engineName, command)
            } else {
                guard let program = ProgramPath.find(name, in: services.configuration.path) else {
                    return ProbeAnswer(success: false, message: "exec: \"\(name)\": executable file not found in $PATH")
                }
                plan = LaunchPlan(
                    arguments: [program] + command.dropFirst(),
                    environment: start.environment,
                    folder: start.plan.folder,
                    mounts: start.plan.mounts
                )
            }
            let result = try await services.runner.run(plan, timeout: timeout, time: services.time)
            let message = result.exitCode == nil ? "command timed out: \(command)" : result.output
            return ProbeAnswer(success: result.succeeded, message: message)
        } catch {
            return ProbeAnswer(success: false, message: "\(error)")
        }
    }
}

/// Brings a container's output into its log.
private final class LogSink: OutputSink {
    private let log: ContainerLog

    init(log: ContainerLog) { self.log = log }

    func take(_ bytes: UnsafeRawBufferPointer, from stream: LogStream) { log.append(bytes, from: stream) }
    func finish() { log.finish() }
}
