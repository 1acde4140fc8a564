import Base
package import KubeModel

/// Annotation `serving.knative.dev/rollout-duration`: how long the traffic takes to move to a new revision.
package enum RolloutDuration {
    /// The annotation's name and value, by either spelling; nil where there is none.
    static func annotation(of object: KubeObject) -> (name: String, value: String)? {
        for name in [ServingAnnotation.rolloutDuration, ServingAnnotation.rolloutDurationOlder] {
            if let value = object.annotations[name], !value.isEmpty { return (name, value) }
        }
        return nil
    }

    /// Whole seconds; nil where nothing valid is said, or none at all.
    package static func seconds(of object: KubeObject) -> Int? {
        guard let value = annotation(of: object)?.value, let duration = try? Duration(kubernetes: value) else {
            return nil
        }
        let seconds = Int(duration.nanoseconds / 1_000_000_000)
        return seconds > 0 ? seconds : nil
    }
}
