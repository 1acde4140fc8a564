import Base
import KubeModel

/// How controllers turn their pod template into pods.
enum PodTemplate {
    /// Longest part of a name before the random letters, so that the whole fits a DNS label.
    private static let prefixMax = 58

    /// `web-5645678fd5-` for an owner called `web-5645678fd5`.
    static func namePrefix(of owner: KubeObject) -> String { String("\(owner.name)-".prefix(prefixMax)) }

    /// A pod of `owner`, which it marks as its controller.
    ///
    /// The name is chosen here and not by the server, so that the creation can be expected before it is asked for.
    static func makePod(of owner: KubeObject, name: String) -> KubeObject {
        let template = owner.spec["template"]
        var pod = KubeObject(.pods, kind: "Pod", namespace: owner.namespace, name: name)
        pod.metadata["generateName"] = .string(namePrefix(of: owner))
        for member in ["labels", "annotations", "finalizers"] {
            pod.metadata[member] = template["metadata"][member]
        }
        pod.spec = template["spec"]
        pod.setController(owner)
        return pod
    }
}
