/// Labels of the objects that Knative's kinds make.
package enum ServingLabel {
    package static let service = "serving.knative.dev/service"
    package static let serviceUID = "serving.knative.dev/serviceUID"
    package static let configuration = "serving.knative.dev/configuration"
    package static let configurationUID = "serving.knative.dev/configurationUID"
    package static let configurationGeneration = "serving.knative.dev/configurationGeneration"
    package static let revision = "serving.knative.dev/revision"
    package static let revisionUID = "serving.knative.dev/revisionUID"
    package static let route = "serving.knative.dev/route"
    package static let routeNamespace = "serving.knative.dev/routeNamespace"
    package static let routingState = "serving.knative.dev/routingState"
    package static let visibility = "networking.knative.dev/visibility"
    package static let app = "app"

    /// The value of `visibility` that keeps a route inside the cluster.
    package static let clusterLocal = "cluster-local"
}

/// Annotations that Knative's kinds have or are given.
package enum ServingAnnotation {
    /// The routes that lead to a revision or a configuration, joined by commas.
    package static let routes = "serving.knative.dev/routes"
    package static let routingStateModified = "serving.knative.dev/routingStateModified"
    /// How long the traffic takes to move to a new revision.
    package static let rolloutDuration = "serving.knative.dev/rollout-duration"
    /// Keeps a revision from being collected.
    package static let preserved = "serving.knative.dev/no-gc"
    package static let lastPinned = "serving.knative.dev/lastPinned"
    package static let progressDeadline = "serving.knative.dev/progress-deadline"
    /// How far a gradual rollout is: on what carries the route out.
    package static let rollout = "networking.internal.knative.dev/rollout"
    package static let scalingGroup = "autoscaling.knative.dev"
    package static let scalingClass = "autoscaling.knative.dev/class"
    package static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"
    package static let defaultContainer = "kubectl.kubernetes.io/default-container"

    /// The older spelling of `rolloutDuration`.
    static let rolloutDurationOlder = "serving.knative.dev/rolloutDuration"
}

/// Headers by which Knative tells a request's way.
package enum ServingHeader {
    package static let revision = "Knative-Serving-Revision"
    package static let namespace = "Knative-Serving-Namespace"
    package static let tag = "Knative-Serving-Tag"
    package static let defaultRoute = "Knative-Serving-Default-Route"
}
