import Base
package import KubeModel
package import Scaling

/// What Knative's ConfigMaps say, with upstream's values for what they leave out.
package struct ServerlessSettings: Equatable, Sendable {
    /// The namespace of the ConfigMaps.
    package static let namespace = "knative-serving"

    package var autoscaler = AutoscalerConfig()
    package var defaults = KnativeDefaults()
    package var collection = CollectionPolicy()
    package var domains = RouteDomains()
    /// `rollout-duration` of `config-network`, in seconds; 0 moves the traffic at once.
    package var rolloutSeconds = 0
    /// `progress-deadline` of `config-deployment`
    package var progressDeadline = Duration.seconds(600)
    /// `tag-header-based-routing` of `config-features`
    package var routesByTagHeader = false

    package init() {}

    /// Reads the ConfigMaps one by one; one that cannot be read leaves what it says as it is here.
    ///
    /// - Returns: what is wrong, by ConfigMap.
    package mutating func read(_ configMaps: [KubeObject]) -> [(name: String, fault: SettingFault)] {
        let data = configMaps.reduce(into: [:]) { $0[$1.name] = $1["data"].stringMap }
        var faults: [(String, SettingFault)] = []
        func take<Part>(_ name: String, _ part: inout Part, _ read: ([String: String]) throws(SettingFault) -> Part) {
            do throws(SettingFault) {
                part = try read(data[name] ?? [:])
            } catch {
                faults.append((name, error))
            }
        }
        let network = data["config-network"] ?? [:]
        take("config-autoscaler", &autoscaler) { data throws(SettingFault) in try AutoscalerConfig(data) }
        take("config-defaults", &defaults) { data throws(SettingFault) in try KnativeDefaults(data) }
        take("config-gc", &collection) { data throws(SettingFault) in try CollectionPolicy(data) }
        take("config-domain", &domains) { data throws(SettingFault) in
            try RouteDomains(domain: data, network: network)
        }
        take("config-network", &rolloutSeconds) { data throws(SettingFault) in
            var seconds = 0
            try SettingReader(data: data).integer("rollout-duration", &seconds)
            return seconds
        }
        take("config-deployment", &progressDeadline) { data throws(SettingFault) in
            var deadline = Duration.seconds(600)
            try SettingReader(data: data).duration("progress-deadline", &deadline)
            return deadline
        }
        routesByTagHeader = data["config-features"]?["tag-header-based-routing"]?.lowercased() == "enabled"
        return faults
    }
}
