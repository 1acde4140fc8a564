import Base
import KubeModel

/// One thing that is not any more as traffic goes by it; nil in place of an object says that it is gone.
enum TrafficChange: Sendable {
    /// Gateways or what they depend on.
    case attachments(RouteAttachments)
    case route(RouteKey, KubeObject?)
    case service(ObjectKey, KubeObject?)
    case slice(ObjectKey, KubeObject?)
    case podAutoscaler(ObjectKey, KubeObject?)
    /// All experiments.
    case experiments([KubeObject])
}
