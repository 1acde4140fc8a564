/// A container as an engine is asked for it.
package struct EngineContainer: Equatable, Sendable {
    static let dataLabel = "roost.dev/data-dir"

    let name: String
    let image: String
    let command: [String]
    let words: [String]
    let environment: [String]
    let mounts: [MountPoint]
    let folder: String?
    let limits: ResourceLimits?

    package init(
        name: String,
        image: String,
        command: [String],
        words: [String],
        environment: [String],
        mounts: [MountPoint],
        folder: String?,
        limits: ResourceLimits? = nil
    ) {
        self.name = name
        self.image = image
        self.command = command
        self.words = words
        self.environment = environment
        self.mounts = mounts
        self.folder = folder
        self.limits = limits
    }

    /// The engine's arguments; a command's first word becomes the entry point, as the image's is replaced.
    package func arguments(dataFolder: String) -> [String] {
        var arguments = [
            "run", "--rm", "--name", name, "--label", "\(EngineContainer.dataLabel)=\(dataFolder)", "--network", "host",
        ]
        for mount in mounts {
            arguments += ["--volume", "\(mount.source):\(mount.target)\(mount.isReadOnly ? ":ro" : "")"]
        }
        for variable in environment { arguments += ["--env", variable] }
        if let milli = limits?.milliCPU { arguments += ["--cpus", "\(Double(milli) / 1000)"] }
        if let bytes = limits?.memoryBytes { arguments += ["--memory", "\(bytes)b"] }
        if let folder { arguments += ["--workdir", folder] }
        if let entry = command.first { arguments += ["--entrypoint", entry] }
        return arguments + [image] + command.dropFirst() + words
    }
}
