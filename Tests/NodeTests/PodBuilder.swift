import Base
import KubeModel
import Node

/// A pod as the API would give it to the node.
func pod(
    _ name: String = "p",
    containers: [JSON] = [["name": "c", "image": "roost.dev/host", "command": ["/bin/sleep", "60"]]],
    initContainers: [JSON] = [],
    volumes: [JSON] = [],
    restartPolicy: String = "Always",
    grace: Int = 30,
    node: String = "n1"
) -> KubeObject {
    var pod = KubeObject(.pods, kind: "Pod", namespace: "default", name: name)
    pod.metadata["uid"] = .string("uid-\(name)")
    pod.spec = [
        "containers": .array(containers), "restartPolicy": .string(restartPolicy), "nodeName": .string(node),
        "terminationGracePeriodSeconds": .int(Int64(grace)), "volumes": .array(volumes),
    ]
    if !initContainers.isEmpty { pod.spec["initContainers"] = .array(initContainers) }
    return pod
}

/// A life that a test drives by hand, with a clock of its own.
final class LifeDriver {
    var life: PodLife
    var elapsed = Duration.zero

    init(_ pod: KubeObject) throws { life = PodLife(try PodSpec(pod)) }

    var now: Moment { LifeDriver.moment(elapsed) }

    static func moment(_ elapsed: Duration) -> Moment {
        Moment(
            instant: Instant(nanoseconds: 0) + elapsed,
            wall: WallTime(rfc3339: "2026-11-21T00:00:00Z")! + elapsed
        )
    }

    /// What is to be done after an event, but the events that people read.
    func on(_ event: PodLife.Event, after wait: Duration = .zero) -> [PodLife.Action] {
        elapsed += wait
        return life.handle(event, at: now).filter { if case .tell = $0 { false } else { true } }
    }

    /// The reasons of the events that people read.
    func tales(_ event: PodLife.Event, after wait: Duration = .zero) -> [String] {
        elapsed += wait
        return life.handle(event, at: now).compactMap { if case .tell(let tale) = $0 { tale.reason } else { nil } }
    }

    /// Lets the pod come to where all of the given containers run.
    func run(_ indices: Int...) {
        _ = on(.began)
        _ = on(.prepared)
        for index in indices { _ = on(.started(index, containerID: "roost://\(index)", imageID: "i")) }
    }

    var status: JSON {
        PodStatus.make(life, PodAddresses(host: "127.0.0.1", pod: "127.1.1.1"), previous: .null, now: now.wall)
    }

    func condition(_ type: String) -> String? {
        status["conditions"].array?.first { $0["type"].string == type }?["status"].string
    }
}
