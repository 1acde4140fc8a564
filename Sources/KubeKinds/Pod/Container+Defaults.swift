import Base

/// Defaults of one container.
enum ContainerDefaults {
    static func apply(to container: inout JSON) {
        container.setDefault("resources", .emptyObject)
        container.setDefault("terminationMessagePath", "/dev/termination-log")
        container.setDefault("terminationMessagePolicy", "File")
        container.setDefault("imagePullPolicy", .string(pullPolicy(of: container.text("image"))))
        container.updateEach("ports") { $0.setDefault("protocol", "TCP") }
        container.updateEach("env") { $0.update("valueFrom", VolumeDefaults.nameVersion) }
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] { container.update(probe, completeProbe) }
        container.update("lifecycle") { lifecycle in
            lifecycle.update("postStart", completeHandler)
            lifecycle.update("preStop", completeHandler)
        }
    }

    /// In the host's network a container's port is a port of the host.
    static func takeHostPorts(_ container: inout JSON) {
        container.updateEach("ports") { port in port.setDefault("hostPort", port["containerPort"]) }
    }

    /// Requests what is limited and not requested.
    static func requestWhatIsLimited(_ container: inout JSON) {
        container.update("resources") { resources in
            guard let limits = resources["limits"].object else { return }
            let requests = resources["requests"].object ?? [:]
            resources["requests"] = .object(requests.merging(limits) { requested, _ in requested })
        }
    }

    /// `Always` for `latest` and for images without a tag, since what they name moves.
    static func pullPolicy(of image: String) -> String {
        guard !image.contains("@") else { return "IfNotPresent" }
        let name = image.split(separator: "/").last ?? ""
        let tag = name.split(separator: ":", maxSplits: 1).dropFirst().first ?? "latest"
        return tag == "latest" ? "Always" : "IfNotPresent"
    }

    private static func completeProbe(_ probe: inout JSON) {
        probe.setDefault("timeoutSeconds", 1)
        probe.setDefault("periodSeconds", 10)
        probe.setDefault("successThreshold", 1)
        probe.setDefault("failureThreshold", 3)
        completeHandler(&probe)
        probe.update("grpc") { $0.setDefault("service", "") }
    }

    private static func completeHandler(_ handler: inout JSON) {
        handler.update("httpGet") { get in
            get.setDefault("path", "/")
            get.setDefault("scheme", "HTTP")
        }
    }
}
