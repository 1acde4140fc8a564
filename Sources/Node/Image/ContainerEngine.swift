import Base
import CLinux
import Synchronization

/// podman or docker, as far as one is there and answers: runs the images that need more than a process.
///
/// A container is its engine's `run` command in the foreground, so that output, exit code and signals are a process's.
final class ContainerEngine: Sendable {
    private let candidates: [[String]]
    private let environment: [String: String]
    private let dataFolder: String
    private let runner: ProcessRunner
    private let time: any TimeSource
    private let found = Mutex(Found())

    private struct Found {
        /// The search for an engine that answers; containers wait for its end, so that nothing of this run is swept.
        var search: Task<Result<[String], LaunchFault>, Never>?
        /// When a search that found none may be made again.
        var askAgain: Instant?
    }

    /// Bounds of what an engine may take.
    private enum Limits {
        static let answer = Duration.seconds(10)
        static let pull = Duration.seconds(600)
        static let askAgain = Duration.seconds(10)
    }

    /// - Parameter command: the engine to be used and its first arguments; empty looks for podman, then docker.
    init(
        command: [String],
        environment: [String: String],
        dataFolder: String,
        runner: ProcessRunner,
        time: any TimeSource
    ) {
        candidates = command.isEmpty ? [["podman"], ["docker"]] : [command]
        self.environment = environment
        self.dataFolder = dataFolder
        self.runner = runner
        self.time = time
    }

    /// The engine's command, or why there is none for `image`.
    func command(for image: String) async throws(StartFault) -> [String] {
        let now = time.monotonic()
        let search = found.withLock { found in
            if let search = found.search, found.askAgain.map({ now < $0 }) ?? true { return search }
            let search = Task { await self.search() }
            found = Found(search: search)
            return search
        }
        switch await search.value {
        case .success(let command): return command
        case .failure(let fault):
            found.withLock { if $0.askAgain == nil { $0.askAgain = now + Limits.askAgain } }
            throw .image(
                image: image,
                why: "image \(image) needs a container engine: neither podman nor docker answers; \(fault)"
            )
        }
    }

    /// Finds an engine that answers, and removes what an earlier run of the node left with it.
    private func search() async -> Result<[String], LaunchFault> {
        var faults: [String] = []
        for candidate in candidates {
            switch await ask(candidate) {
            case .success(let command):
                await sweep(command)
                return .success(command)
            case .failure(let fault): faults.append(fault.description)
            }
        }
        return .failure(LaunchFault(faults.joined(separator: "; ")))
    }

    private func ask(_ candidate: [String]) async -> Result<[String], LaunchFault> {
        let name = candidate.first ?? ""
        guard let path = ProgramPath.find(name, in: environment["PATH"] ?? ProgramPath.standard) else {
            return .failure(LaunchFault("\(name) is not installed"))
        }
        let command = [path] + candidate.dropFirst()
        do {
            let result = try await run(command + ["ps", "--quiet"], timeout: Limits.answer)
            if result.succeeded { return .success(command) }
            let line = result.output.split(separator: "\n").first.map(String.init) ?? "no answer"
            return .failure(LaunchFault("\(name): \(line)"))
        } catch {
            return .failure(LaunchFault("\(name): \(error)"))
        }
    }

    /// Sees to it that an image is there.
    func provide(_ image: String, policy: ContainerSpec.PullPolicy) async throws(StartFault) {
        let command = try await command(for: image)
        do {
            let isPresent = try await run(command + ["image", "inspect", image], timeout: Limits.answer).succeeded
            if isPresent && policy != .always { return }
            if policy == .never { throw LaunchFault("image is not present with pull policy of Never") }
            let pull = try await run(command + ["pull", "--quiet", image], timeout: Limits.pull)
            // `Always` asks for the newest; where that cannot be had, the one that is there has to do.
            if !pull.succeeded && !isPresent { throw LaunchFault(String(pull.output.suffix(512))) }
        } catch {
            throw .image(image: image, why: "\(error)")
        }
    }

    /// What runs in the foreground for as long as a container does.
    func plan(_ container: EngineContainer) async throws(StartFault) -> LaunchPlan {
        let command = try await command(for: container.image)
        return LaunchPlan(arguments: command + container.arguments(dataFolder: dataFolder), environment: words)
    }

    /// What runs a command inside a container.
    func execPlan(_ name: String, _ arguments: [String]) async throws(StartFault) -> LaunchPlan {
        LaunchPlan(arguments: try await command(for: name) + ["exec", name] + arguments, environment: words)
    }

    /// Takes a container away, whatever it does.
    func remove(_ name: String) async {
        // A container without an engine is none.
        guard let command = try? await command(for: name) else { return }
        await remove(name, command)
    }

    private func remove(_ name: String, _ command: [String]) async {
        // Killed first, since podman's `rm` gives ten seconds of grace; the container may be gone already.
        _ = try? await run(command + ["kill", name], timeout: Limits.answer)
        _ = try? await run(command + ["rm", "--force", name], timeout: Limits.answer)
    }

    private func sweep(_ command: [String]) async {
        let filter = "label=\(EngineContainer.dataLabel)=\(dataFolder)"
        // An engine that does not tell is asked again at the next start.
        guard
            let list = try? await run(command + ["ps", "--all", "--quiet", "--filter", filter], timeout: Limits.answer)
        else { return }
        for id in list.output.split(separator: "\n") { await remove(String(id), command) }
    }

    private var words: [String] {
        var environment = environment
        if environment["PATH"] == nil { environment["PATH"] = ProgramPath.standard }
        return environment.map { "\($0.key)=\($0.value)" }
    }

    private func run(_ arguments: [String], timeout: Duration) async throws -> CommandResult {
        try await runner.run(LaunchPlan(arguments: arguments, environment: words), timeout: timeout, time: time)
    }
}
