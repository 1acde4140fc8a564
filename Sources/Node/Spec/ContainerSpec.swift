package import Base
import KubeModel

/// What one container of a pod asks for.
package struct ContainerSpec: Equatable, Sendable {
    /// When a container runs.
    package enum Role: Sendable {
        /// Before the main ones, to its end.
        case initial
        /// Started before the main ones, then beside them (an init container with restartPolicy Always).
        case sidecar
        case main
    }

    package enum PullPolicy: String, Sendable {
        case always = "Always"
        case ifNotPresent = "IfNotPresent"
        case never = "Never"
    }

    /// A volume, or a part of it, at a path of the container.
    package struct Mount: Equatable, Sendable {
        package let volume: String
        package let path: String
        /// A relative path in the volume; empty is all of it.
        package let subPath: String
        package let isReadOnly: Bool
    }

    package let name: String
    package let role: Role
    package let image: String
    package let pullPolicy: PullPolicy
    package let command: [String]
    package let arguments: [String]
    package let workingFolder: String?
    /// `env` and `envFrom` as they stand: they are resolved at each start.
    package let environment: [JSON]
    package let environmentFrom: [JSON]
    /// Port numbers by name.
    package let ports: [String: Int]
    package let mounts: [Mount]
    package let resources: JSON
    package let startupProbe: ProbeSpec?
    package let readinessProbe: ProbeSpec?
    package let livenessProbe: ProbeSpec?
    /// What runs before the container is asked to end.
    package let preStop: HandlerSpec?
    package let terminationMessagePath: String

    package init(_ json: JSON, isInitial: Bool) throws(PodDefect) {
        guard let name = json["name"].string, FileName.isSafe(name) else {
            throw PodDefect("a container has no usable name: \(json["name"].text)")
        }
        self.name = name
        role = !isInitial ? .main : json["restartPolicy"].string == "Always" ? .sidecar : .initial
        image = json["image"].string ?? ""
        pullPolicy = PullPolicy(rawValue: json["imagePullPolicy"].string ?? "") ?? .ifNotPresent
        command = json["command"].strings
        arguments = json["args"].strings
        workingFolder = json["workingDir"].string
        environment = json["env"].array ?? []
        environmentFrom = json["envFrom"].array ?? []
        resources = json["resources"]
        terminationMessagePath = json["terminationMessagePath"].string ?? "/dev/termination-log"
        guard command.count + arguments.count + environment.count <= NodeLimits.wordsMax else {
            throw PodDefect("container \(name) has more than \(NodeLimits.wordsMax) arguments and variables")
        }
        let ports = (json["ports"].array ?? []).compactMap { port in
            port["name"].string.flatMap { name in port["containerPort"].int.map { (name, $0) } }
        }
        self.ports = Dictionary(ports, uniquingKeysWith: { first, _ in first })
        mounts = try (json["volumeMounts"].array ?? []).map { mount throws(PodDefect) in
            try ContainerSpec.mount(mount, container: name)
        }
        startupProbe = ProbeSpec(json["startupProbe"], ports: self.ports)
        readinessProbe = ProbeSpec(json["readinessProbe"], ports: self.ports)
        livenessProbe = ProbeSpec(json["livenessProbe"], ports: self.ports)
        preStop = HandlerSpec(json[path: ["lifecycle", "preStop"]], ports: self.ports)
    }

    private static func mount(_ json: JSON, container: String) throws(PodDefect) -> Mount {
        let subPath = json["subPath"].string ?? ""
        guard let volume = json["name"].string, let path = json["mountPath"].string, path.hasPrefix("/"),
            FileName.isSafePath(String(path.dropFirst())), subPath.isEmpty || FileName.isSafePath(subPath)
        else {
            throw PodDefect("container \(container) has a volume mount that cannot be made: \(json.text)")
        }
        let trimmed = "/" + path.split(separator: "/").joined(separator: "/")
        return Mount(volume: volume, path: trimmed, subPath: subPath, isReadOnly: json["readOnly"].bool ?? false)
    }

    /// The probes that the container declares.
    package var probes: [(kind: ProbeKind, spec: ProbeSpec)] {
        [(ProbeKind.startup, startupProbe), (.readiness, readinessProbe), (.liveness, livenessProbe)]
            .compactMap { kind, spec in spec.map { (kind, $0) } }
    }
}
