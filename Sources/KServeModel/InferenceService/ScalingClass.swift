import Base

/// Who decides how many replicas a component of a Standard service runs.
package enum ScalingClass: Equatable, Sendable {
    /// The requests that it carries: a PodAutoscaler.
    case load
    /// What its pods use: a HorizontalPodAutoscaler.
    case resources
    /// KEDA, by triggers: a ScaledObject.
    case events
    /// Somebody else, whose replicas are left as they are.
    case external
    /// Nobody: as many as `minReplicas` says.
    case fixed

    /// Decides by what the component says, and by the annotations that its objects get.
    ///
    /// KServe's own annotation comes first, then Knative's class, then a metric; what speaks of load in any other way, or of
    /// zero, is scaled by load.
    package init(_ component: Component, annotations: [String: String]) {
        if let name = annotations[AnnotationKey.autoscalerClass] {
            self = ScalingClass.named[name] ?? .resources
        } else if let name = annotations[ScalingAnnotation.class] {
            self = name == ScalingAnnotation.horizontalClass ? .resources : .load
        } else if let metric = component.scaleMetric ?? annotations[ScalingAnnotation.metric] {
            self = ["concurrency", "rps"].contains(metric) ? .load : .resources
        } else if !component.json["autoScaling"].isNull {
            self = .resources
        } else {
            let speaksOfLoad = annotations.keys.contains(where: ScalingAnnotation.isAboutLoad)
            self = component.minReplicas == 0 || speaksOfLoad ? .load : .resources
        }
    }

    private static let named: [String: ScalingClass] = [
        "hpa": .resources, "keda": .events, "external": .external, "none": .fixed,
    ]
}

/// Knative's annotations about scaling.
package enum ScalingAnnotation {
    package static let prefix = "autoscaling.knative.dev/"
    package static let `class` = prefix + "class"
    package static let metric = prefix + "metric"
    package static let target = prefix + "target"
    package static let targetUtilization = prefix + "target-utilization-percentage"
    package static let minScale = prefix + "min-scale"
    package static let maxScale = prefix + "max-scale"
    package static let initialScale = prefix + "initial-scale"

    /// The class that scales by load.
    package static let loadClass = "kpa.autoscaling.knative.dev"
    /// The class that scales by what pods use.
    package static let horizontalClass = "hpa.autoscaling.knative.dev"

    /// Whether an annotation says how to scale by load; bounds alone do not.
    static func isAboutLoad(_ key: String) -> Bool {
        key.hasPrefix(prefix) && ![`class`, minScale, maxScale].contains(key)
    }
}
