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
        var command: [String]?
        /// Why none answered, and when to ask again.
        var fault: (why: String, until: Instant)?
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
        let known = found.withLock { $0 }
        if let command = known.command { return command }
        if let fault = known.fault, now < fault.until {
            throw .image(image: image, why: ContainerEngine.why(image, fault.why))
        }
        var faults: [String] = []
        for candidate in candidates {
            switch await ask(candidate) {
            case .success(let command):
                found.withLock { $0.command = command }
                return command
            case .failure(let fault): faults.append(fault.description)
            }
        }
        let why = faults.joined(separator: "; ")
        found.withLock { $0.fault = (why, now + Limits.askAgain) }
        throw .image(image: image, why: ContainerEngine.why(image, why))
    }

    private static func why(_ image: String, _ fault: String) -> String {
        "image \(image) needs a container engine: neither podman nor docker answers; \(fault)"
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
        guard let command = found.withLock({ $0.command }) else { return }
        // The container may be gone already.
        _ = try? await run(command + ["rm", "--force", name], timeout: Limits.answer)
    }

    /// Removes what an earlier run of the node left with the engine.
    func sweep() async {
        // Without an engine there is nothing to sweep.
        guard let command = try? await command(for: "") else { return }
        let filter = "label=\(EngineContainer.dataLabel)=\(dataFolder)"
        guard
            let list = try? await run(command + ["ps", "--all", "--quiet", "--filter", filter], timeout: Limits.answer)
        else { return }
        for id in list.output.split(separator: "\n") { await remove(String(id)) }
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
