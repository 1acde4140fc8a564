import Base
import KubeModel

/// What one container of a pod asks for.
package struct ContainerSpec: Equatable, Sendable {
    /// When a container runs.
    enum Role: Sendable {
        /// Before the main ones, to its end.
        case initial
        /// Started before the main ones, then beside them (an init container with restartPolicy Always).
        case sidecar
        case main
    }

    enum PullPolicy: String, Sendable {
        case always = "Always"
        case ifNotPresent = "IfNotPresent"
        case never = "Never"
    }

    /// A volume, or a part of it, at a path of the container.
    struct Mount: Equatable, Sendable {
        let volume: String
        let path: String
        /// A relative path in the volume; empty is all of it.
        let subPath: String
        let isReadOnly: Bool
    }

    let name: String
    let role: Role
    let image: String
    let pullPolicy: PullPolicy
    let command: [String]
    let arguments: [String]
    let workingFolder: String?
    /// `env` and `envFrom` as they stand: they are resolved at each start.
    let environment: [JSON]
    let environmentFrom: [JSON]
    /// Port numbers by name.
    let ports: [String: Int]
    let mounts: [Mount]
    let resources: JSON
    let startupProbe: ProbeSpec?
    let readinessProbe: ProbeSpec?
    let livenessProbe: ProbeSpec?
    /// What runs before the container is asked to end.
    let preStop: HandlerSpec?
    let terminationMessagePath: String

    init(_ json: JSON, isInitial: Bool) throws(PodDefect) {
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
    var probes: [(kind: ProbeKind, spec: ProbeSpec)] {
        [(ProbeKind.startup, startupProbe), (.readiness, readinessProbe), (.liveness, livenessProbe)]
            .compactMap { kind, spec in spec.map { (kind, $0) } }
    }
}
