import Base
package import KubeModel

/// What a pod asks of the node, read once from its object.
package struct PodSpec: Equatable, Sendable {
    /// When containers that ended start again.
    enum RestartPolicy: String, Sendable {
        case always = "Always"
        case onFailure = "OnFailure"
        case never = "Never"
    }

    let namespace: String
    let name: String
    let uid: String
    /// Init containers first, in the order of the spec.
    package let containers: [ContainerSpec]
    let volumes: [VolumeSpec]
    let restartPolicy: RestartPolicy
    let grace: Duration
    let usesHostNetwork: Bool
    /// Whether programs that could run within the node's process get their own.
    let wantsProcess: Bool

    /// The annotation of pods whose programs shall be processes.
    static let processAnnotation = "roost.dev/own-process"

    var key: ObjectKey { ObjectKey(namespace: namespace, name: name) }

    /// - Throws: what of the pod cannot be run, in words for its owner.
    package init(_ pod: KubeObject) throws(PodDefect) {
        guard let namespace = pod.namespace, FileName.isSafe(namespace), FileName.isSafe(pod.uid),
            FileName.isSafe(pod.name)
        else {
            throw PodDefect("the pod has no usable namespace, name or uid")
        }
        self.namespace = namespace
        name = pod.name
        uid = pod.uid
        let spec = pod.spec
        var containers: [ContainerSpec] = []
        for json in spec["initContainers"].array ?? [] { containers.append(try ContainerSpec(json, isInitial: true)) }
        for json in spec["containers"].array ?? [] { containers.append(try ContainerSpec(json, isInitial: false)) }
        guard containers.contains(where: { $0.role == .main }) else { throw PodDefect("the pod has no containers") }
        guard containers.count <= NodeLimits.containersMax else {
            throw PodDefect("the pod has \(containers.count) containers, at most \(NodeLimits.containersMax) are run")
        }
        guard Set(containers.map(\.name)).count == containers.count else {
            throw PodDefect("two containers of the pod have the same name")
        }
        self.containers = containers
        let volumes = spec["volumes"].array ?? []
        guard volumes.count <= NodeLimits.volumesMax else {
            throw PodDefect("the pod has \(volumes.count) volumes, at most \(NodeLimits.volumesMax) are mounted")
        }
        self.volumes = try volumes.map { json throws(PodDefect) in try VolumeSpec(json) }
        restartPolicy = RestartPolicy(rawValue: spec["restartPolicy"].string ?? "") ?? .always
        grace = .seconds(max(0, spec["terminationGracePeriodSeconds"].int ?? 30))
        usesHostNetwork = spec["hostNetwork"].bool ?? false
        wantsProcess = pod.annotations[Self.processAnnotation] == "true"
        try PodSpec.checkMounts(containers, volumes: Set(self.volumes.map(\.name)))
    }

    /// Volumes with a token that nobody reads: Roost's own servers never ask the API, and start sooner without.
    package func unreadTokens(_ images: NativeImages) -> Set<String> {
        let others = containers.filter { !images.plan(image: $0.image, command: $0.command).isOwn }
        let read = Set(others.flatMap { $0.mounts.map(\.volume) })
        return Set(volumes.filter { $0.holdsToken && !read.contains($0.name) }.map(\.name))
    }

    private static func checkMounts(_ containers: [ContainerSpec], volumes: Set<String>) throws(PodDefect) {
        for container in containers {
            for mount in container.mounts where !volumes.contains(mount.volume) {
                throw PodDefect(
                    "container \(container.name) mounts volume \"\(mount.volume)\", which the pod does not have"
                )
            }
        }
    }
}

/// Why a pod cannot be run, in words for its owner.
package struct PodDefect: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Names that become parts of paths.
enum FileName {
    /// Whether a name can be one element of a path and nothing else.
    static func isSafe(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && name.utf8.count <= 253
            && name.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "/") && $0 != 0x7F }
    }

    /// Whether a relative path stays below where it starts.
    static func isSafePath(_ path: String) -> Bool {
        !path.isEmpty && !path.hasPrefix("/") && !path.utf8.contains(0)
            && path.split(separator: "/").allSatisfy { $0 != ".." }
    }
}
