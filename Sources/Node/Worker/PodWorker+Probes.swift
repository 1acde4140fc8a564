import Base

extension PodWorker {
    func probe(_ index: Int, _ kind: ProbeKind) async {
        guard let probe = spec.containers[index].probes.first(where: { $0.kind == kind })?.spec else { return }
        let restart = life.containers[index].restarts
        let answer = await ask(index, probe.handler, timeout: probe.timeout)
        // What the run before answered says nothing of this one.
        guard life.containers[index].restarts == restart else { return }
        report(.probed(index, kind, success: answer.success, message: answer.message))
    }

    func runHook(_ index: Int) async {
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
