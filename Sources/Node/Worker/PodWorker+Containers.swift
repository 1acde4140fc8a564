import Base
import KubeModel
import Kubelet
import Synchronization

extension PodWorker {
    func start(_ index: Int, restart: Int) async {
        let container = spec.containers[index]
        do throws(StartFault) {
            let launcher = ContainerLauncher(services: services, spec: spec, fields: fields, volumes: volumes)
            var start = try await launcher.prepare(container, restart: restart)
            if start.engineName == nil, start.resident == nil { start.plan.group = group(of: index, restart: restart) }
            starts[index] = start
            tellOfImage(index, start)
            if let resident = start.resident { return try await settle(resident, index, start, restart: restart) }
            guard start.engineName == nil else { return try await launch(index, start, restart: restart) }
            let ticket = await services.gate.enter(object.controller?.uid ?? spec.uid)
            defer { services.gate.leave(ticket) }
            turns[index] = ticket
            try await launch(index, start, restart: restart)
            // Who takes longer goes on beside the others; so does who is cancelled.
            try? await services.time.sleep(NodeLimits.startTurnMax)
        } catch {
            report(.notStarted(index, error))
        }
    }

    /// Ends the turns of containers that are ready, or have ended.
    func endTurns() {
        for (index, ticket) in turns where life.containers[index].isReady || !life.containers[index].isLive {
            services.gate.leave(ticket)
            turns[index] = nil
        }
    }

    /// The control group of a run, where the container has limits; a machine that lets nobody make one is told of once.
    private func group(of index: Int, restart: Int) -> String? {
        let container = spec.containers[index]
        guard let limits = ResourceLimits(container.resources) else { return nil }
        do throws(LimitsLack) {
            let groups = try services.groups.get()
            return try groups.make(pod: spec.uid, container: container.name, restart: restart, limits)
        } catch {
            guard !toldOfLimits else { return nil }
            toldOfLimits = true
            let message = "limits of processor and memory are not enforced: \(error)"
            scribe.tell(PodLife.Tale(isWarning: false, reason: "LimitsNotEnforced", message: message, container: index))
            return nil
        }
    }

    func launch(_ index: Int, _ start: ContainerStart, restart: Int) async throws(StartFault) {
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
                    services.metrics.started(spec.containers[index].role)
                    report(.started(index, containerID: id, imageID: start.imageID))
                },
                bound: { [self] in report(.bound(index)) },
                ended: { [self] exit in
                    report(.exited(index, PodLife.ExitReport(exitCode: exit.code, signal: exit.signal)))
                }
            )
        } catch {
            throw .cannotRun("\(error)")
        }
    }

    /// Starts a program within this process; it takes no turn, since that costs next to nothing.
    private func settle(
        _ resident: ResidentStart,
        _ index: Int,
        _ start: ContainerStart,
        restart: Int
    ) async throws(StartFault) {
        let container = spec.containers[index]
        do {
            let log = try openLog(container.name, restart: restart)
            let launch = ResidentLaunch(
                words: resident.words,
                environment: resident.environment,
                hosts: services.hosts.file(for: spec.namespace),
                log: { bytes in bytes.withUnsafeBytes { log.append($0, from: .errors) } }
            )
            let running: any Resident
            do { running = try await resident.program.start(launch) } catch {
                log.finish()
                throw error
            }
            view.withLock { view in
                view.residents[index] = running
                view.logs[index] = log
            }
            services.metrics.started(container.role)
            let id = "roost://\(spec.uid)/\(container.name)/\(restart)"
            report(.started(index, containerID: id, imageID: start.imageID))
            report(.bound(index))
        } catch {
            throw .cannotRun("\(error)")
        }
    }

    /// Ends a program within this process; false where the container has none.
    func endResident(_ index: Int, as exit: PodLife.ExitReport, within limit: Duration) async -> Bool {
        guard let resident = view.withLock({ $0.residents.removeValue(forKey: index) }) else { return false }
        let log = view.withLock { $0.logs[index] }
        await resident.end(within: limit)
        log?.finish()
        report(.exited(index, exit))
        return true
    }

    func openLog(_ container: String, restart: Int) throws -> ContainerLog {
        let path = services.logPath(of: spec.uid, container, restart: restart)
        try MachineFolders().make("\(services.folder(of: spec.uid))/\(container)")
        // Only the run before is kept, for `logs --previous`.
        if restart > 1 { ContainerLog.remove(services.logPath(of: spec.uid, container, restart: restart - 2)) }
        return try ContainerLog(path: path, time: services.time)
    }

    func tellOfImage(_ index: Int, _ start: ContainerStart) {
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

/// Brings a container's output into its log.
private final class LogSink: OutputSink {
    private let log: ContainerLog

    init(log: ContainerLog) { self.log = log }

    func take(_ bytes: UnsafeRawBufferPointer, from stream: LogStream) { log.append(bytes, from: stream) }
    func finish() { log.finish() }
}
