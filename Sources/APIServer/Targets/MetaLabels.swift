import Base
import KubeModel

/// The labels of one target, under the names that Prometheus' `kubernetes_sd_configs` gives them.
struct MetaLabels {
    private(set) var values: [String: String] = [:]

    mutating func set(_ name: String, _ value: String?) {
        if let value { values["__meta_kubernetes_\(name)"] = value }
    }

    /// An object's own labels and annotations, and that they are there.
    mutating func describe(_ object: KubeObject, as kind: String) {
        for (family, pairs) in [("label", object.labels), ("annotation", object.annotations)] {
            for (name, value) in pairs {
                let name = MetaLabels.sanitized(name)
                set("\(kind)_\(family)_\(name)", value)
                set("\(kind)_\(family)present_\(name)", "true")
            }
        }
    }

    /// What Prometheus takes for a label's name: everything else becomes `_`.
    static func sanitized(_ name: String) -> String {
        String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    /// A group of one target, as `http_sd_configs` reads it.
    func group(address: String) -> JSON { ["targets": [.string(address)], "labels": JSON(values)] }
}

extension MetaLabels {
    /// What is told of every target in a pod.
    mutating func describe(pod: KubeObject) {
        set("pod_name", pod.name)
        set("pod_uid", pod.uid)
        set("pod_ip", pod.status["podIP"].string)
        set("pod_host_ip", pod.status["hostIP"].string)
        set("pod_node_name", pod.spec["nodeName"].string)
        set("pod_phase", pod.status["phase"].string)
        let ready = Conditions(pod.status["conditions"]).status("Ready")
        set("pod_ready", ready?.rawValue.lowercased() ?? "unknown")
        set("pod_controller_kind", pod.controller?.kind)
        set("pod_controller_name", pod.controller?.name)
        describe(pod, as: "pod")
    }

    /// A container and, where it has one, its port.
    mutating func describe(container: JSON, port: JSON, isInitial: Bool) {
        set("pod_container_name", container["name"].string)
        set("pod_container_image", container["image"].string)
        set("pod_container_init", isInitial ? "true" : "false")
        guard let number = port["containerPort"].int else { return }
        set("pod_container_port_number", String(number))
        set("pod_container_port_name", port["name"].string ?? "")
        set("pod_container_port_protocol", port["protocol"].string ?? "TCP")
    }
}
