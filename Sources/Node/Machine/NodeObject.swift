import Base
import CLinux
import KubeModel
import Net

/// What the machine says of itself.
struct MachineFacts: Equatable, Sendable {
    var cpus = 1
    var memoryKiB = 0
    var diskKiB = 0
    var kernel = ""
    var system = ""
    var machineID = ""
    var bootID = ""

    static func read(dataFolder: String) -> MachineFacts {
        let machine = MachineFolders()
        var facts = MachineFacts()
        facts.cpus = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        facts.memoryKiB = memoryKiB(machine.text("/proc/meminfo"))
        facts.kernel = machine.text("/proc/sys/kernel/osrelease")
        facts.bootID = machine.text("/proc/sys/kernel/random/boot_id")
        facts.machineID = machine.text("/etc/machine-id")
        facts.system = systemName(machine.text("/etc/os-release"))
        var disk = statvfs()
        if statvfs(dataFolder, &disk) == 0 { facts.diskKiB = Int(disk.f_blocks) * Int(disk.f_frsize) / 1024 }
        return facts
    }

    static func memoryKiB(_ text: String) -> Int {
        let line = text.split(separator: "\n").first { $0.hasPrefix("MemTotal:") } ?? ""
        return line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }

    static func systemName(_ text: String) -> String {
        let line = text.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") } ?? ""
        return line.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" }
    }

    static var architecture: String {
        #if arch(arm64)
            "arm64"
        #else
            "amd64"
        #endif
    }
}

/// Builds the Node object.
enum NodeObject {
    /// Pods that a node says it can hold.
    private static let podsMax = 250

    /// The object as it is registered.
    static func make(_ configuration: NodeConfiguration) -> KubeObject {
        var node = KubeObject(.nodes, kind: "Node", name: configuration.name)
        node.metadata["labels"] = JSON(labels(configuration))
        node.spec = .emptyObject
        return node
    }

    static func labels(_ configuration: NodeConfiguration) -> [String: String] {
        let usual = [
            "beta.kubernetes.io/arch": MachineFacts.architecture, "beta.kubernetes.io/os": "linux",
            "kubernetes.io/arch": MachineFacts.architecture, "kubernetes.io/os": "linux",
            "kubernetes.io/hostname": configuration.name,
        ]
        return usual.merging(configuration.labels) { _, own in own }
    }

    /// - Parameter previous: the status before; conditions that hold on keep their transition times.
    static func status(
        _ configuration: NodeConfiguration,
        _ facts: MachineFacts,
        kubeletPort: Int,
        previous: JSON,
        now: WallTime
    ) -> JSON {
        let resources: JSON = [
            "cpu": .string(String(facts.cpus)), "memory": .string("\(facts.memoryKiB)Ki"),
            "ephemeral-storage": .string("\(facts.diskKiB)Ki"), "pods": .string(String(podsMax)),
        ]
        return [
            "capacity": resources, "allocatable": resources,
            "addresses": [
                ["type": "InternalIP", "address": .string(configuration.address.host)],
                ["type": "Hostname", "address": .string(configuration.name)],
            ],
            "daemonEndpoints": ["kubeletEndpoint": ["Port": .int(Int64(kubeletPort))]],
            "nodeInfo": [
                "machineID": .string(facts.machineID), "systemUUID": .string(facts.machineID),
                "bootID": .string(facts.bootID), "kernelVersion": .string(facts.kernel),
                "osImage": .string(facts.system),
                "containerRuntimeVersion": .string("roost://\(configuration.version)"),
                "kubeletVersion": .string(configuration.version), "kubeProxyVersion": "",
                "operatingSystem": "linux", "architecture": .string(MachineFacts.architecture),
            ],
            "conditions": conditions(previous: previous, now: now),
        ]
    }

    private static func conditions(previous: JSON, now: WallTime) -> JSON {
        var conditions = Conditions(previous["conditions"])
        let heartbeat: [String: JSON] = ["lastHeartbeatTime": .string(now.rfc3339)]
        for (type, reason, message) in [
            ("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
            ("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            ("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        ] {
            conditions.set(type, .false, reason: reason, message: message, extra: heartbeat, now: now)
        }
        conditions.set(
            "Ready",
            .true,
            reason: "KubeletReady",
            message: "kubelet is posting ready status",
            extra: heartbeat,
            now: now
        )
        return conditions.json
    }

    /// The conditions of a node that stops: nobody can say how it is.
    static func stoppedConditions(previous: JSON, now: WallTime) -> JSON {
        var conditions = Conditions(previous["conditions"])
        conditions.set(
            "Ready",
            .unknown,
            reason: "NodeStatusUnknown",
            message: "Kubelet stopped posting node status.",
            extra: ["lastHeartbeatTime": .string(now.rfc3339)],
            now: now
        )
        return conditions.json
    }

    /// The Lease by which others see that the node lives.
    static func lease(_ name: String, now: WallTime) -> KubeObject {
        var lease = KubeObject(.leases, kind: "Lease", namespace: "kube-node-lease", name: name)
        lease.spec = [
            "holderIdentity": .string(name), "renewTime": .string(now.rfc3339Micro),
            "leaseDurationSeconds": .int(Int64(NodeLimits.leaseDuration.seconds)),
        ]
        return lease
    }
}
