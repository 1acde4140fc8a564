import Base
import Foundation
import KubeModel
import Workloads

/// A moment to start from.
let start = WallTime(seconds: 1_800_000_000)

/// A JSON file of this target's Fixtures.
func fixture(_ name: String) throws -> JSON {
    let folder = Bundle.module.bundleURL.appendingPathComponent("Fixtures")
    return try JSON.parse(Array(try Data(contentsOf: folder.appendingPathComponent(name))))
}

/// One of the objects that a real cluster's controllers had settled.
func settled(_ name: String, item: Int? = nil) throws -> KubeObject {
    let found = try fixture("settled.json")[name]
    guard let item else { return KubeObject(found) }
    var object = KubeObject(found["items"][item])
    object["kind"] = JSON(found["kind"].string.map { String($0.dropLast(4)) })
    object["apiVersion"] = found["apiVersion"]
    return object
}

extension KubeObject {
    /// This object, changed.
    func with(_ change: (inout KubeObject) -> Void) -> KubeObject {
        var object = self
        change(&object)
        return object
    }
}

/// A template with one label and one container.
func template(image: String = "nginx:1") -> JSON {
    [
        "metadata": ["labels": ["app": "web"]],
        "spec": ["containers": [["name": "c", "image": .string(image)]], "restartPolicy": "Always"],
    ]
}

/// A pod of the namespace `default`; its uid is its name.
func makePod(
    _ name: String,
    phase: String = "Running",
    ready: Bool = true,
    node: String? = "node1",
    owner: KubeObject? = nil,
    readyAt: WallTime = start,
    labels: [String: String] = ["app": "web"]
) -> KubeObject {
    var pod = KubeObject(.pods, kind: "Pod", namespace: "default", name: name)
    pod.metadata["uid"] = .string(name)
    pod.metadata["labels"] = JSON(labels)
    pod.metadata["creationTimestamp"] = .string(start.rfc3339)
    pod.spec = ["containers": []]
    pod.spec["nodeName"] = JSON(node)
    pod.status["phase"] = .string(phase)
    let condition: JSON = [
        "type": "Ready", "status": .string(ready ? "True" : "False"), "lastTransitionTime": .string(readyAt.rfc3339),
    ]
    pod.status["conditions"] = [condition]
    if let owner { pod.setController(owner) }
    return pod
}

/// This object as a deletion leaves it that waits for something.
func terminating(_ object: KubeObject) -> KubeObject {
    object.with { $0.metadata["deletionTimestamp"] = .string(start.rfc3339) }
}
