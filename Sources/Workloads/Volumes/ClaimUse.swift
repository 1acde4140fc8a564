import Base
package import KubeModel

/// Which claims pods use.
package enum ClaimUse {
    /// The claims that a pod's volumes name.
    static func names(of pod: KubeObject) -> [String] {
        (pod.spec["volumes"].array ?? []).compactMap { $0["persistentVolumeClaim"]["claimName"].string }
    }

    /// Whether one of these pods holds the claim: it has a node and has not ended.
    package static func isUsed(_ claim: KubeObject, by pods: [KubeObject]) -> Bool {
        pods.contains { pod in
            pod.namespace == claim.namespace && Pod(pod).nodeName != nil && !Pod(pod).isFinished
                && names(of: pod).contains(claim.name)
        }
    }
}
