import Base
import KubeModel
import Scaling

/// ConfigMap `config-gc`: which revisions that no route leads to are kept.
package struct CollectionPolicy: Equatable, Sendable {
    /// `retain-since-create-time`; nil where age does not count.
    package var retainSinceCreated: Duration? = .seconds(48 * 3600)
    /// `retain-since-last-active-time`; nil where it does not count.
    package var retainSinceActive: Duration? = .seconds(15 * 3600)
    /// `min-non-active-revisions`: so many are kept however old they are.
    package var inactiveMin = 20
    /// `max-non-active-revisions`: more are not kept however young they are; nil for no bound.
    package var inactiveMax: Int? = 1000

    package init() {}

    init(_ data: [String: String]) throws(SettingFault) {
        try CollectionPolicy.read("retain-since-create-time", of: data, &retainSinceCreated)
        try CollectionPolicy.read("retain-since-last-active-time", of: data, &retainSinceActive)
        let settings = SettingReader(data: data)
        try settings.integer("min-non-active-revisions", &inactiveMin)
        if data["max-non-active-revisions"]?.lowercased() == "disabled" {
            inactiveMax = nil
        } else {
            var most = 1000
            try settings.integer("max-non-active-revisions", &most)
            inactiveMax = most
        }
        guard inactiveMin >= 0 else {
            throw SettingFault("min-non-active-revisions must be non-negative, was: \(inactiveMin)")
        }
        if let most = inactiveMax, inactiveMin > most {
            throw SettingFault("min-non-active-revisions(\(inactiveMin)) must be <= max-non-active-revisions(\(most))")
        }
    }

    private static func read(
        _ key: String,
        of data: [String: String],
        _ value: inout Duration?
    ) throws(SettingFault) {
        if data[key]?.lowercased() == "disabled" {
            value = nil
            return
        }
        var duration = value ?? .zero
        try SettingReader(data: data).duration(key, &duration)
        guard duration >= .zero else { throw SettingFault("failed to parse \(key): must be non-negative") }
        value = duration
    }
}
