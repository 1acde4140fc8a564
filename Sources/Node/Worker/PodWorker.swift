import Base
import CLinux
import KubeModel
import Kubelet
import Net
import Synchronization

/// Runs one pod: gives its life what happens, and does what its life decides.
actor PodWorker {
    nonisolated let object: KubeObject
    nonisolated let spec: PodSpec
    /// What others may see of the pod at any time.
    nonisolated let view: Mutex<PodView>

    let services: NodeServices
    let scribe: PodScribe
    private let events: AsyncStream<PodLife.Event>
    private let post: AsyncStream<PodLife.Event>.Continuation
    var life: PodLife
    var addresses: PodAddresses
    /// The status as it was told last; its conditions keep their times.
    private var status: JSON
    var volumes: [String: String] = [:]
    var starts: [Int: ContainerStart] = [:]
    /// The tickets of starts under way, by container.
    var turns: [Int: Int] = [:]
    /// Whether it was said that limits do not hold here.
    var toldOfLimits = false
    private var alarm: (at: Instant, task: Task<Void, Never>)?
    /// When the pod was seen first, until it is ready.
    private var awaitedSince: Instant?
    /// Until when steps of a smooth start need not be written.
    private var restsUntil: Instant

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
        let now = services.time.monotonic()
        awaitedSince = Conditions(object.status["conditions"]).isTrue("Ready") ? nil : now
        restsUntil = now + NodeLimits.smoothStart
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
                endTurns()
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
        if let group = starts[index]?.plan.group {
            report.isOutOfMemory = ControlGroups.wasOutOfMemory(group)
            ControlGroups.remove(group)
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
        scribe.write(status: status, rests: rests)
        guard let since = awaitedSince, Conditions(status["conditions"]).isTrue("Ready") else { return }
        awaitedSince = nil
        services.metrics.becameReady(after: services.time.monotonic() - since)
    }

    private var rests: Bool { life.comesUpSmoothly && services.time.monotonic() < restsUntil }

    private func setAlarm() {
        let deadline = rests ? min(restsUntil, life.deadline ?? restsUntil) : life.deadline
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
        case .terminate(let index):
            group.addTask { await self.end(index, by: SIGTERM, within: self.spec.grace) }
        case .kill(let index):
            if let name = starts[index]?.engineName { group.addTask { await self.services.engine.remove(name) } }
            group.addTask { await self.end(index, by: SIGKILL, within: .zero) }
        case .awaitDrain: group.addTask { await self.awaitDrain() }
        case .release(let cause): group.addTask { await self.release(cause) }
        case .forget: scribe.forget()
        case .tell(let tale): scribe.tell(tale)
        }
    }

    /// - Parameter limit: what a program of this process may still take.
    private func end(_ index: Int, by number: Int32, within limit: Duration) async {
        let code = number == SIGKILL ? 128 + Int(number) : 0
        let exit = PodLife.ExitReport(exitCode: code, signal: code == 0 ? 0 : Int(number))
        if await endResident(index, as: exit, within: limit) { return }
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
    /// Those that run within this process.
    var residents: [Int: any Resident] = [:]
    /// The logs that are being written, by container.
    var logs: [Int: ContainerLog] = [:]
}

// MARK: - Beginning and end

extension PodWorker {
    func prepare() async {
        // A pod that was deleted meanwhile has given back what it had, and takes nothing new.
        guard case .preparing = life.stage else { return }
        if addresses.pod == nil {
            addresses.pod = spec.usesHostNetwork ? addresses.host : services.addresses.take()
        }
        guard addresses.pod != nil else { return report(.notPrepared("no pod address is free on this node")) }
        do {
            let mounter = VolumeMounter(sources: services.sources, folder: "\(services.folder(of: spec.uid))/volumes")
            let unread = spec.unreadTokens(services.images)
            volumes = try await mounter.mount(spec.volumes.filter { !unread.contains($0.name) }, fields: fields)
            report(.prepared)
        } catch {
            report(.notPrepared("\(error)"))
        }
    }

    var fields: PodFields {
        PodFields(pod: object, addresses: addresses, nodeName: services.configuration.name)
    }

    func awaitDrain() async {
        await EndpointDrain(api: services.api, time: services.time).wait(for: object)
        report(.drained)
    }

    func release(_ cause: PodLife.Cause) async {
        // A process that left its group is found by its mark.
        if startedAny {
            OrphanSweep.run(dataFolder: services.configuration.dataFolder, podUID: spec.uid)
            if case .success(let groups) = services.groups { await groups.removeAll(of: spec.uid) }
        }
        if !spec.usesHostNetwork, let address = addresses.pod { services.addresses.giveBack(address) }
        if cause != .nodeStop { MachineFolders().remove(services.folder(of: spec.uid)) }
        report(.released)
    }

    var startedAny: Bool { !starts.isEmpty }
}
