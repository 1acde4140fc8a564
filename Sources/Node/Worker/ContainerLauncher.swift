import Base
import CLinux
import KubeClient
import KubeModel
import Net

/// What one start of a container comes to.
struct ContainerStart: Sendable {
    var plan: LaunchPlan
    /// Set where it runs within this process; then there is nothing else to be started.
    var resident: ResidentStart?
    /// The engine's name of the container; nil for a process.
    let engineName: String?
    let imageID: String
    /// What commands of the container's own (probes, hooks) are run like.
    let environment: [String]
    /// Mounts that could only be shown by changing words, for an event.
    let rewritten: [MountPoint]
}

/// Turns a container's spec into a program to be started.
struct ContainerLauncher: Sendable {
    let services: NodeServices
    let spec: PodSpec
    let fields: PodFields
    let volumes: [String: String]

    /// The pod's own folder on the machine.
    private var folder: String { services.folder(of: spec.uid) }

    func prepare(_ container: ContainerSpec, restart: Int) async throws(StartFault) -> ContainerStart {
        let image = services.images.plan(
            image: container.image,
            command: container.command,
            wantsProcess: spec.wantsProcess
        )
        let environment = try await environment(of: container, image)
        let command = container.command.map { Expansion.expand($0, environment.values) }
        let words = container.arguments.map { Expansion.expand($0, environment.values) }
        let points = try mountPoints(of: container)
        switch image {
        case .native(let program):
            return try process(container, program + words, environment, points, imageID: "roost.dev/native")
        case .resident(let verb):
            guard let program = services.configuration.residents[verb] else {
                throw .cannotRun("\(verb) does not run within this process")
            }
            return ContainerStart(
                plan: LaunchPlan(arguments: [], environment: []),
                resident: ResidentStart(program: program, words: words, environment: environment.values),
                engineName: nil,
                imageID: "roost.dev/resident",
                environment: environment.words,
                rewritten: []
            )
        case .host:
            guard !command.isEmpty else {
                throw .cannotRun("image \(container.image) runs programs of the machine: the container needs a command")
            }
            return try process(container, command + words, environment, points, imageID: container.image)
        case .program(let program):
            return try process(container, program + words, environment, points, imageID: container.image)
        case .engine:
            try await services.engine.provide(container.image, policy: container.pullPolicy)
            let name = "roost-\(spec.uid.prefix(13))-\(container.name)-\(restart)"
            let message = MountPoint(
                source: try messageFile(container),
                target: container.terminationMessagePath,
                isFolder: false,
                isReadOnly: false
            )
            let asked = EngineContainer(
                name: name,
                image: container.image,
                command: command,
                words: words,
                environment: environment.words,
                mounts: points + [message],
                folder: container.workingFolder,
                limits: ResourceLimits(container.resources)
            )
            return ContainerStart(
                plan: try await services.engine.plan(asked),
                engineName: name,
                imageID: container.image,
                environment: environment.words,
                rewritten: []
            )
        }
    }

    /// Where a program's servers listen instead of everywhere: a pod's own address. Native servers bind it by themselves.
    private var address: UInt32? {
        guard !spec.usesHostNetwork, let address = fields.addresses.pod else { return nil }
        return SocketAddress(host: address, port: 0)?.ip
    }

    /// A program that sees the container's mounts, or gets their real places where the machine allows no mounts.
    private func process(
        _ container: ContainerSpec,
        _ arguments: [String],
        _ environment: ContainerEnvironment,
        _ points: [MountPoint],
        imageID: String
    ) throws(StartFault) -> ContainerStart {
        var arguments = arguments
        let name = arguments.first ?? ""
        guard let program = ProgramPath.find(name, in: environment.values["PATH"] ?? "") else {
            throw .cannotRun("exec: \"\(name)\": executable file not found in $PATH")
        }
        arguments[0] = program
        guard services.allowsMounts else {
            let rewrite = PathRewrite(points)
            let plan = LaunchPlan(
                arguments: arguments.map(rewrite.apply),
                environment: environment.words.map(rewrite.apply),
                folder: rewrite.apply(container.workingFolder ?? "/"),
                address: address
            )
            return ContainerStart(
                plan: plan,
                engineName: nil,
                imageID: imageID,
                environment: plan.environment,
                rewritten: points
            )
        }
        var mounts: MountPlan?
        do throws(PodDefect) {
            mounts = try MountPlan(points + hosts(), stage: services.stage, reader: MachineFolders())
        } catch {
            throw .cannotRun(error.description)
        }
        let plan = LaunchPlan(
            arguments: arguments,
            environment: environment.words,
            folder: container.workingFolder ?? "/",
            mounts: mounts,
            address: address
        )
        return ContainerStart(
            plan: plan,
            engineName: nil,
            imageID: imageID,
            environment: environment.words,
            rewritten: []
        )
    }

    /// The names of the cluster's services, where the machine has a file to be covered.
    private func hosts() -> [MountPoint] {
        guard MachineFolders().kind(of: "/etc/hosts") != nil, let file = services.hosts.file(for: spec.namespace) else {
            return []
        }
        return [MountPoint(source: file, target: "/etc/hosts", isFolder: false, isReadOnly: true)]
    }

    private func mountPoints(of container: ContainerSpec) throws(StartFault) -> [MountPoint] {
        let machine = MachineFolders()
        var points: [MountPoint] = []
        let unread = spec.unreadTokens(services.images)
        for mount in container.mounts where !unread.contains(mount.volume) {
            guard var source = volumes[mount.volume] else { throw .config("volume \(mount.volume) is not mounted") }
            if !mount.subPath.isEmpty { source += "/\(mount.subPath)" }
            do throws(LaunchFault) {
                if machine.resolvedKind(of: source) == nil { try machine.make(source) }
            } catch {
                throw .config("volume \(mount.volume): \(error)")
            }
            let isFolder = machine.resolvedKind(of: source) == .folder
            points.append(
                MountPoint(source: source, target: mount.path, isFolder: isFolder, isReadOnly: mount.isReadOnly)
            )
        }
        guard Set(points.map(\.target)).count == points.count else {
            throw .config("container \(container.name) mounts two volumes at one path")
        }
        try makeNested(points)
        return points
    }

    /// A mount inside another one needs its mount point in that one's source.
    private func makeNested(_ points: [MountPoint]) throws(StartFault) {
        let machine = MachineFolders()
        for point in points {
            guard let cover = MountPlan.cover(of: point, among: points) else { continue }
            let path = cover.source + point.target.dropFirst(cover.target.count)
            guard machine.resolvedKind(of: path) == nil else { continue }
            do throws(LaunchFault) {
                if point.isFolder {
                    try machine.make(path)
                } else {
                    try machine.make(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
                    try machine.write([], to: path, mode: 0o644)
                }
            } catch {
                throw .config("mount point \(point.target): \(error)")
            }
        }
    }

    private func environment(
        of container: ContainerSpec,
        _ image: ImagePlan
    ) async throws(StartFault) -> ContainerEnvironment {
        let sources: [SourceName: [String: [UInt8]]]
        do {
            let needs = ContainerEnvironment.needs(of: container)
            sources = try await services.sources.read(needs, namespace: spec.namespace)
        } catch {
            throw .config("\(error)")
        }
        let address = fields.addresses.pod ?? fields.addresses.host
        var base = [("HOSTNAME", spec.name)]
        if image != .engine { base += [("PATH", services.configuration.path), ("HOME", services.configuration.home)] }
        if image.isOwn { base += services.configuration.nativeVariables() }
        if let host = services.configuration.apiHost {
            base += [
                ("KUBERNETES_SERVICE_HOST", host), ("KUBERNETES_SERVICE_PORT", "\(services.configuration.apiPort)"),
            ]
        }
        // Loopback addresses are shared: a server that binds all of them would meet its neighbours.
        base += [("POD_IP", address), ("ROOST_BIND_ADDRESS", address)]
        var environment = try ContainerEnvironment(container, base: base, fields: fields, sources: sources)
        environment.set(ProcessMark.pod, spec.uid)
        environment.set(ProcessMark.data, services.configuration.dataFolder)
        return environment
    }

    /// The file that a container in an engine writes its last words to.
    private func messageFile(_ container: ContainerSpec) throws(StartFault) -> String {
        let path = services.messageFile(of: spec.uid, container.name)
        do throws(LaunchFault) {
            try MachineFolders().make("\(folder)/\(container.name)")
            try MachineFolders().write([], to: path, mode: 0o666)
        } catch {
            throw .config("\(error)")
        }
        return path
    }
}
