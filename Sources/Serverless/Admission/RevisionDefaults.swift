import Base
import KServeModel
import KubeModel

/// What a revision's specification is given where it says nothing.
struct RevisionDefaults {
    let defaults: KnativeDefaults

    /// - Parameter parent: the object that the specification is part of, for names of containers.
    func apply(to spec: inout JSON, of parent: KubeObject) {
        applyTimes(to: &spec)
        if spec["containerConcurrency"].isNull {
            spec["containerConcurrency"] = .int(Int64(defaults.containerConcurrency))
        }
        if spec["enableServiceLinks"].isNull { spec["enableServiceLinks"] = .bool(defaults.enableServiceLinks) }
        var containers = spec["containers"].array ?? []
        var initContainers = spec["initContainers"].array ?? []
        let taken = Set((containers + initContainers).compactMap { $0["name"].string })
        name(&containers, defaults.containerName, taken, parent)
        name(&initContainers, defaults.initContainerName, taken, parent)
        let writable = RevisionDefaults.writableVolumes(of: spec)
        for index in containers.indices {
            let isServing = containers.count == 1 || containers[index]["ports"].array?.isEmpty == false
            complete(&containers[index], isServing: isServing, writable)
        }
        if !containers.isEmpty { spec["containers"] = .array(containers) }
        if !initContainers.isEmpty { spec["initContainers"] = .array(initContainers) }
    }

    private func applyTimes(to spec: inout JSON) {
        if spec["timeoutSeconds"].int ?? 0 == 0 { spec["timeoutSeconds"] = .int(Int64(defaults.timeoutSeconds)) }
        let timeout = spec["timeoutSeconds"].int ?? defaults.timeoutSeconds
        let others = [
            ("idleTimeoutSeconds", defaults.idleTimeoutSeconds),
            ("responseStartTimeoutSeconds", defaults.responseStartTimeoutSeconds),
        ]
        for (name, seconds) in others where spec[name].isNull && seconds != 0 && seconds < timeout {
            spec[name] = .int(Int64(seconds))
        }
    }

    /// Containers without a name get the usual one, with a number where it is not the only one.
    private func name(_ containers: inout [JSON], _ template: String, _ taken: Set<String>, _ parent: KubeObject) {
        // A template that cannot be rendered is taken by its word.
        let usual = (try? GoTemplate(template).render(["Name": .string(parent.name)])) ?? template
        var number = 0
        for index in containers.indices where containers[index]["name"].string ?? "" == "" {
            var name = usual
            while (containers.count > 1 && name == usual) || taken.contains(name) {
                name = ChildName.of(usual, "-\(number)")
                number += 1
            }
            containers[index]["name"] = .string(name)
        }
    }

    private func complete(_ container: inout JSON, isServing: Bool, _ writable: Set<String>) {
        for (kind, amounts) in [("requests", defaults.requests), ("limits", defaults.limits)] {
            for (resource, amount) in amounts where container["resources"][kind][resource].isNull {
                container[path: ["resources", kind, resource]] = .string(amount)
            }
        }
        if container["resources"].isNull { container["resources"] = .emptyObject }
        if isServing { probe(&container) }
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            // Zero stands for the server's port.
            for kind in ["tcpSocket", "httpGet", "grpc"] where !container[probe][kind].isNull {
                if container[probe][kind]["port"].isNull { container[path: [probe, kind, "port"]] = 0 }
            }
        }
        var mounts = container["volumeMounts"].array ?? []
        for index in mounts.indices where !writable.contains(mounts[index]["name"].string ?? "") {
            mounts[index]["readOnly"] = true
        }
        if !mounts.isEmpty { container["volumeMounts"] = .array(mounts) }
    }

    /// A server is asked for a connection unless the user knows a better question.
    private func probe(_ container: inout JSON) {
        var probe = container["readinessProbe"]
        if ["tcpSocket", "httpGet", "exec", "grpc"].allSatisfy({ probe[$0].isNull }) {
            probe["tcpSocket"] = .emptyObject
        }
        if probe["successThreshold"].int ?? 0 == 0 { probe["successThreshold"] = 1 }
        if probe["periodSeconds"].int ?? 0 != 0 {
            if probe["failureThreshold"].int ?? 0 == 0 { probe["failureThreshold"] = 3 }
            if probe["timeoutSeconds"].int ?? 0 == 0 { probe["timeoutSeconds"] = 1 }
        }
        container["readinessProbe"] = probe
    }

    /// Volumes that a server may write to; what others hold is not its own.
    private static func writableVolumes(of spec: JSON) -> Set<String> {
        let volumes = (spec["volumes"].array ?? []).filter { volume in
            ["emptyDir", "persistentVolumeClaim", "ephemeral"].contains { !volume[$0].isNull }
        }
        return Set(volumes.compactMap { $0["name"].string })
    }
}
