import Base
package import KubeModel

extension PlatformConfiguration {
    /// Reads the ConfigMap; without one the defaults hold.
    package init(configMap: KubeObject?) throws(ConfigurationDefect) {
        self.init()
        guard let configMap else { return }
        let data = configMap["data"]
        try readDeploy(Section("deploy", of: data))
        try readIngress(Section("ingress", of: data))
        try readStorageInitializer(Section("storageInitializer", of: data))
        try readRouter(Section("router", of: data))
        try readAgent(Section("agent", of: data), logger: Section("logger", of: data))
        try readInferenceService(Section("inferenceService", of: data))
        try readAutoscaler(Section("autoscaler", of: data), Section("opentelemetryCollector", of: data))
        makesHeadlessServices = try Section("service", of: data).flag("serviceClusterIPNone") ?? false
        mountsServiceAccountToken = try Section("security", of: data).flag("autoMountServiceAccountToken") ?? true
        let aggregator = try Section("metricsAggregator", of: data)
        enablesPrometheusScraping = try aggregator.text("enablePrometheusScraping") == "true"
        aggregatesMetrics = try aggregator.text("enableMetricAggregation") == "true"
        try readTracing(Section("tracing", of: data))
    }

    /// Roost's own section: what upstream leaves to every service.
    private mutating func readTracing(_ section: Section) throws(ConfigurationDefect) {
        guard !section.json.isNull else { return }
        var tracing = Observability.Tracing()
        tracing.isEnabled = try section.flag("enabled") ?? true
        tracing.samplingRate = try section.rate("samplingRate")
        tracing.endpoint = try section.text("endpoint")
        self.tracing = tracing
    }

    private mutating func readDeploy(_ section: Section) throws(ConfigurationDefect) {
        if let text = try section.text("defaultDeploymentMode") {
            guard let mode = DeploymentMode(text) else {
                throw section.defect("invalid deployment mode \"\(text)\", must be Standard, Knative or ModelMesh")
            }
            defaultDeploymentMode = mode
        }
        let strategy = try section.section("deploymentRolloutStrategy").section("defaultRollout")
        rollout.maxSurge = try strategy.text("maxSurge") ?? ""
        rollout.maxUnavailable = try strategy.text("maxUnavailable") ?? ""
    }

    private mutating func readIngress(_ section: Section) throws(ConfigurationDefect) {
        ingress.usesGatewayAPI = try section.flag("enableGatewayApi") ?? false
        if let text = try section.text("kserveIngressGateway") {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
                throw section.defect("kserveIngressGateway \"\(text)\" must be <namespace>/<name>")
            }
            ingress.gateway = ObjectKey(namespace: parts[0], name: parts[1])
        } else if ingress.usesGatewayAPI {
            throw section.defect("kserveIngressGateway is required with enableGatewayApi")
        }
        ingress.domain = try section.text("ingressDomain") ?? ingress.domain
        ingress.additionalDomains = try section.texts("additionalIngressDomains") ?? []
        ingress.domainTemplate = try section.text("domainTemplate") ?? ingress.domainTemplate
        ingress.pathTemplate = try section.text("pathTemplate") ?? ""
        ingress.urlScheme = try section.text("urlScheme") ?? ingress.urlScheme
        ingress.isCreationDisabled = try section.flag("disableIngressCreation") ?? false
        ingress.isTimeoutDisabled = try section.flag("disableHTTPRouteTimeout") ?? false
    }

    private mutating func readStorageInitializer(_ section: Section) throws(ConfigurationDefect) {
        storageInitializer.image = try section.text("image") ?? storageInitializer.image
        storageInitializer.resources = try section.resources(or: storageInitializer.resources)
        storageInitializer.mirrors = StorageMirrors(try section.folders("mirrors") ?? [:])
    }

    private mutating func readRouter(_ section: Section) throws(ConfigurationDefect) {
        router.image = try section.text("image") ?? router.image
        router.imagePullPolicy = try section.text("imagePullPolicy") ?? router.imagePullPolicy
        router.imagePullSecrets = try section.texts("imagePullSecrets") ?? []
        router.propagatedHeaders = try section.section("headers").texts("propagate") ?? []
        router.resources = try section.resources(or: router.resources)
    }

    private mutating func readAgent(_ section: Section, logger: Section) throws(ConfigurationDefect) {
        agent.image = try section.text("image") ?? agent.image
        agent.resources = try section.resources(or: agent.resources)
        agent.logURL = try logger.text("defaultUrl") ?? agent.logURL
        agent.checksLogCertificates = try logger.flag("tlsSkipVerify") != true
    }

    private mutating func readAutoscaler(_ section: Section, _ collector: Section) throws(ConfigurationDefect) {
        func window(_ name: String) throws(ConfigurationDefect) -> Int? {
            guard let text = try section.text(name) else { return nil }
            guard let seconds = Int(text), (0...3600).contains(seconds) else {
                throw section.defect("\(name) must be seconds from 0 to 3600, was \"\(text)\"")
            }
            return seconds
        }
        autoscaler.scaleUpWindow = try window("scaleUpStabilizationWindowSeconds")
        autoscaler.scaleDownWindow = try window("scaleDownStabilizationWindowSeconds")
        autoscaler.metricScalerEndpoint =
            try collector.text("metricScalerEndpoint") ?? autoscaler.metricScalerEndpoint
    }

    private mutating func readInferenceService(_ section: Section) throws(ConfigurationDefect) {
        containerResources = try section.section("resource").resources(or: containerResources)
        disallowedAnnotations.formUnion(try section.texts("serviceAnnotationDisallowedList") ?? [])
        disallowedLabels.formUnion(try section.texts("serviceLabelDisallowedList") ?? [])
    }
}

/// The JSON object under one key of the ConfigMap, or a part of it.
private struct Section {
    let key: String
    let json: JSON

    init(key: String, json: JSON) {
        self.key = key
        self.json = json
    }

    init(_ key: String, of data: JSON) throws(ConfigurationDefect) {
        self.key = key
        guard let text = data[key].string, !text.isEmpty else {
            json = .null
            return
        }
        do {
            json = try JSON.parse(text)
        } catch {
            throw ConfigurationDefect(key: key, what: "not valid JSON: \(error)")
        }
        if json.object == nil { throw defect("must be an object, was \(json.kindName)") }
    }

    func defect(_ what: String) -> ConfigurationDefect { ConfigurationDefect(key: key, what: what) }

    func section(_ name: String) throws(ConfigurationDefect) -> Section {
        guard json[name].isNull || json[name].object != nil else { throw wrongType(name, "an object") }
        return Section(key: key, json: json[name])
    }

    /// The text of a field; an empty one counts as left out.
    func text(_ name: String) throws(ConfigurationDefect) -> String? {
        guard json[name].isNull || json[name].string != nil else { throw wrongType(name, "a string") }
        return json[name].string.flatMap { $0.isEmpty ? nil : $0 }
    }

    func flag(_ name: String) throws(ConfigurationDefect) -> Bool? {
        guard json[name].isNull || json[name].bool != nil else { throw wrongType(name, "a boolean") }
        return json[name].bool
    }

    /// A part of a whole, 0 to 1.
    func rate(_ name: String) throws(ConfigurationDefect) -> Double? {
        if json[name].isNull { return nil }
        guard let rate = json[name].double, (0...1).contains(rate) else {
            throw wrongType(name, "a number from 0 to 1")
        }
        return rate
    }

    func texts(_ name: String) throws(ConfigurationDefect) -> [String]? {
        guard let list = json[name].array else {
            if json[name].isNull { return nil }
            throw wrongType(name, "a list of strings")
        }
        let texts = list.compactMap(\.string)
        guard texts.count == list.count else { throw wrongType(name, "a list of strings") }
        return texts
    }

    /// Absolute folders of the machine by name.
    func folders(_ name: String) throws(ConfigurationDefect) -> [String: String]? {
        if json[name].isNull { return nil }
        let folders = json[name].stringMap
        guard folders.count == json[name].object?.count else { throw wrongType(name, "an object of folders") }
        if let (key, path) = folders.first(where: { !$0.value.hasPrefix("/") }) {
            throw defect("field \"\(name)\": \"\(key)\" must be an absolute path, was \"\(path)\"")
        }
        return folders
    }

    func resources(
        or defaults: PlatformConfiguration.ResourceDefaults
    ) throws(ConfigurationDefect) -> PlatformConfiguration.ResourceDefaults {
        PlatformConfiguration.ResourceDefaults(
            cpuRequest: try text("cpuRequest") ?? defaults.cpuRequest,
            memoryRequest: try text("memoryRequest") ?? defaults.memoryRequest,
            cpuLimit: try text("cpuLimit") ?? defaults.cpuLimit,
            memoryLimit: try text("memoryLimit") ?? defaults.memoryLimit
        )
    }

    private func wrongType(_ name: String, _ expected: String) -> ConfigurationDefect {
        defect("field \"\(name)\" must be \(expected), was \(json[name].kindName)")
    }
}
