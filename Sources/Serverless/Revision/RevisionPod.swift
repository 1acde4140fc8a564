import Base
import KubeModel

/// The pod that a Revision's replicas are: what the user wrote, completed as Knative does.
///
/// There is no proxy beside the server here: the gateway counts and bounds the requests, the node probes the server.
struct RevisionPod {
    private let revision: Revision

    init(_ revision: Revision) { self.revision = revision }

    /// Members of a revision's spec that are no pod's.
    private static let own = [
        "containerConcurrency", "timeoutSeconds", "responseStartTimeoutSeconds", "idleTimeoutSeconds",
    ]

    var spec: JSON {
        var pod = revision.object.spec
        for name in RevisionPod.own { pod[name] = .null }
        var containers = pod["containers"].array ?? []
        let serving = Revision.servingIndex(containers)
        for index in containers.indices { complete(&containers[index], isServing: index == serving) }
        pod["containers"] = .array(containers)
        pod["terminationGracePeriodSeconds"] = .int(Int64(revision.timeoutSeconds))
        return pod
    }

    private func complete(_ container: inout JSON, isServing: Bool) {
        var variables = container["env"].array ?? []
        func add(_ name: String, _ value: String) {
            variables.append(["name": .string(name), "value": .string(value)])
        }
        if isServing {
            let port = JSON.int(Int64(revision.port))
            container["ports"] = [["name": "user-port", "containerPort": port, "protocol": "TCP"]]
            add("PORT", String(revision.port))
            for probe in ["livenessProbe", "readinessProbe", "startupProbe"] { aim(&container, probe, at: port) }
        }
        add("K_REVISION", revision.name)
        add("K_CONFIGURATION", revision.configuration ?? "")
        add("K_SERVICE", revision.service ?? "")
        container["env"] = .array(variables)
        for name in ["stdin", "tty"] where !container[name].isNull { container[name] = false }
        if container["terminationMessagePolicy"].isNull {
            container["terminationMessagePolicy"] = "FallbackToLogsOnError"
        }
    }

    /// A probe that names no port asks the server's.
    private func aim(_ container: inout JSON, _ probe: String, at port: JSON) {
        for kind in ["httpGet", "tcpSocket", "grpc"] where !container[probe][kind].isNull {
            let named = container[probe][kind]["port"]
            if named.isNull || named.int == 0 { container[path: [probe, kind, "port"]] = port }
        }
    }
}
