import Base
import KubeClient
import KubeModel
import Scaling
import Synchronization

/// The ConfigMap `config-autoscaler` as it is now; one that cannot be read leaves what was before.
final class Settings: Sendable {
    static let key = ObjectKey(namespace: "knative-serving", name: "config-autoscaler")

    private let informer: Informer
    private let known = Mutex(Known())
    private let log = Log("autoscaler")

    private struct Known {
        var version = ""
        var config = AutoscalerConfig()
    }

    init(_ informer: Informer) { self.informer = informer }

    /// What holds for all revisions that say nothing else.
    var current: AutoscalerConfig {
        let object = informer.get(Settings.key)
        return known.withLock { known in
            let version = object?.resourceVersion ?? ""
            guard version != known.version else { return known.config }
            known.version = version
            do throws(AutoscalerConfig.Fault) {
                known.config = try AutoscalerConfig(object?["data"].stringMap ?? [:])
            } catch {
                log.error("config-autoscaler is left as it was", ["why": error.description])
            }
            return known.config
        }
    }
}
