import Base
import KubeModel
import Scaling

/// ConfigMap `config-defaults`: what revisions are given that say nothing.
package struct KnativeDefaults: Equatable, Sendable {
    /// `revision-timeout-seconds`
    package var timeoutSeconds = 300
    /// `max-revision-timeout-seconds`
    package var timeoutSecondsMax = 600
    /// `revision-response-start-timeout-seconds`; as long as the whole timeout unless it is set.
    package var responseStartTimeoutSeconds = 300
    /// `revision-idle-timeout-seconds`; 0 for none.
    package var idleTimeoutSeconds = 0
    /// `container-concurrency`; 0 for any number.
    package var containerConcurrency = 0
    /// `container-concurrency-max-limit`
    package var containerConcurrencyMax = 1000
    /// `allow-container-concurrency-zero`
    package var allowsUnlimitedConcurrency = true
    /// `container-name-template`
    package var containerName = "user-container"
    /// `init-container-name-template`
    package var initContainerName = "init-container"
    /// `enable-service-links`
    package var enableServiceLinks = false
    /// `revision-{cpu,memory,ephemeral-storage}-request`, by resource.
    package var requests: [String: String] = [:]
    /// `revision-{cpu,memory,ephemeral-storage}-limit`, by resource.
    package var limits: [String: String] = [:]

    package init() {}

    init(_ data: [String: String]) throws(SettingFault) {
        let settings = SettingReader(data: data)
        try settings.integer("revision-timeout-seconds", &timeoutSeconds)
        try settings.integer("max-revision-timeout-seconds", &timeoutSecondsMax)
        responseStartTimeoutSeconds = timeoutSeconds
        try settings.integer("revision-response-start-timeout-seconds", &responseStartTimeoutSeconds)
        try settings.integer("revision-idle-timeout-seconds", &idleTimeoutSeconds)
        try settings.integer("container-concurrency", &containerConcurrency)
        try settings.integer("container-concurrency-max-limit", &containerConcurrencyMax)
        try settings.flag("allow-container-concurrency-zero", &allowsUnlimitedConcurrency)
        try settings.flag("enable-service-links", &enableServiceLinks)
        containerName = data["container-name-template"] ?? containerName
        initContainerName = data["init-container-name-template"] ?? initContainerName
        for resource in ["cpu", "memory", "ephemeral-storage"] {
            requests[resource] = try KnativeDefaults.quantity("revision-\(resource)-request", of: data)
            limits[resource] = try KnativeDefaults.quantity("revision-\(resource)-limit", of: data)
        }
        try check()
    }

    private func check() throws(SettingFault) {
        let longer = [
            ("revision-timeout-seconds", timeoutSeconds, "max-revision-timeout-seconds", timeoutSecondsMax),
            (
                "revision-response-start-timeout-seconds", responseStartTimeoutSeconds, "revision-timeout-seconds",
                timeoutSeconds
            ),
            ("revision-idle-timeout-seconds", idleTimeoutSeconds, "revision-timeout-seconds", timeoutSeconds),
        ]
        for (name, value, bound, most) in longer where value > most {
            throw SettingFault("\(name) (\(value)) cannot be greater than \(bound) (\(most))")
        }
        guard containerConcurrencyMax >= 1 else {
            throw SettingFault(
                "expected 1 <= \(containerConcurrencyMax) <= 2147483647: container-concurrency-max-limit"
            )
        }
        guard (0...containerConcurrencyMax).contains(containerConcurrency) else {
            throw SettingFault(
                "expected 0 <= \(containerConcurrency) <= \(containerConcurrencyMax): container-concurrency"
            )
        }
    }

    private static func quantity(_ key: String, of data: [String: String]) throws(SettingFault) -> String? {
        guard let text = data[key] else { return nil }
        guard Quantity(text) != nil else {
            throw SettingFault("failed to parse \"\(key)\": \"\(text)\" is no quantity")
        }
        return text
    }
}
