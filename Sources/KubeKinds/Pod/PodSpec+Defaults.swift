import Base

/// Defaults of a pod's spec, in a pod or in a template.
enum PodSpecDefaults {
    /// What the API sets in pods and templates alike.
    static func apply(to spec: inout JSON) {
        spec.setDefault("restartPolicy", "Always")
        spec.setDefault("terminationGracePeriodSeconds", 30)
        spec.setDefault("dnsPolicy", "ClusterFirst")
        spec.setDefault("schedulerName", "default-scheduler")
        spec.setDefault("securityContext", .emptyObject)
        mirrorServiceAccount(&spec)
        for list in ["initContainers", "containers", "ephemeralContainers"] {
            spec.updateEach(list, ContainerDefaults.apply)
        }
        spec.updateEach("volumes", VolumeDefaults.apply)
    }

    /// What the API sets in pods only.
    static func applyInPod(to spec: inout JSON) {
        apply(to: &spec)
        spec.setDefault("enableServiceLinks", true)
        let usesHostNetwork = spec["hostNetwork"].bool ?? false
        for list in ["initContainers", "containers"] {
            spec.updateEach(list) { container in
                ContainerDefaults.requestWhatIsLimited(&container)
                if usesHostNetwork { ContainerDefaults.takeHostPorts(&container) }
            }
        }
    }

    /// What admission adds to a new pod: identity, priority, patience with an unwell node.
    static func admit(_ spec: inout JSON) {
        spec.setDefault("serviceAccountName", "default")
        mirrorServiceAccount(&spec)
        spec.setDefault("priority", 0)
        spec.setDefault("preemptionPolicy", "PreemptLowerPriority")
        tolerate("node.kubernetes.io/not-ready", in: &spec)
        tolerate("node.kubernetes.io/unreachable", in: &spec)
    }

    /// `serviceAccount` is the old name of `serviceAccountName`: both are there, and equal.
    private static func mirrorServiceAccount(_ spec: inout JSON) {
        let name = spec["serviceAccountName"].isNull ? spec["serviceAccount"] : spec["serviceAccountName"]
        guard !name.isNull else { return }
        spec["serviceAccountName"] = name
        spec["serviceAccount"] = name
    }

    private static func tolerate(_ taint: String, in spec: inout JSON) {
        var tolerations = spec.elements("tolerations")
        let isTolerated = tolerations.contains { toleration in
            let key = toleration.text("key")
            let effect = toleration.text("effect")
            return (key == taint || key.isEmpty) && (effect == "NoExecute" || effect.isEmpty)
        }
        guard !isTolerated else { return }
        tolerations.append(
            ["key": .string(taint), "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300]
        )
        spec["tolerations"] = .array(tolerations)
    }
}

/// Defaults of one volume.
enum VolumeDefaults {
    static func apply(to volume: inout JSON) {
        if volume.object?.keys.elementsEqual(["name"]) ?? false { volume["emptyDir"] = .emptyObject }
        for source in ["configMap", "secret", "downwardAPI", "projected"] {
            volume.update(source) { $0.setDefault("defaultMode", 420) }
        }
        volume.update("hostPath") { $0.setDefault("type", "") }
        volume.update("downwardAPI") { $0.updateEach("items", nameVersion) }
        volume.update("projected") { projected in
            projected.updateEach("sources") { source in
                source.update("serviceAccountToken") { $0.setDefault("expirationSeconds", 3600) }
                source.update("downwardAPI") { $0.updateEach("items", nameVersion) }
            }
        }
        volume.update("ephemeral") { ephemeral in
            ephemeral.update("volumeClaimTemplate") { template in
                template.update("spec") { $0.setDefault("volumeMode", "Filesystem") }
            }
        }
    }

    /// A reference to a field says the version of the pod whose field it is.
    static func nameVersion(_ holder: inout JSON) {
        holder.update("fieldRef") { $0.setDefault("apiVersion", "v1") }
    }
}
