import Base
import KubeModel
import Testing
import Workloads

/// A ready node with two processors, four GiB and one device.
private func makeNode(_ name: String, _ change: (inout KubeObject) -> Void = { _ in }) -> KubeObject {
    var node = KubeObject(.nodes, kind: "Node", name: name)
    node.metadata["labels"] = ["kubernetes.io/hostname": .string(name)]
    node.status = [
        "allocatable": ["cpu": "2", "memory": "4Gi", "pods": "3", "nvidia.com/gpu": "1"],
        "conditions": [["type": "Ready", "status": "True"]],
    ]
    change(&node)
    return node
}

private func asking(_ requests: JSON, _ change: (inout KubeObject) -> Void = { _ in }) -> KubeObject {
    makePod("new", phase: "Pending", ready: false, node: nil).with {
        $0.spec["containers"] = [["name": "c", "resources": ["requests": requests]]]
        change(&$0)
    }
}

struct SchedulingTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let pod: KubeObject
        let nodes: [NodeState]
        let wanted: SchedulingDecision

        init(_ words: String, _ pod: KubeObject, _ nodes: [NodeState], _ wanted: SchedulingDecision) {
            testDescription = words
            self.pod = pod
            self.nodes = nodes
            self.wanted = wanted
        }
    }

    private static let busy = NodeState(makeNode("busy"), pods: [Pod(asking(["cpu": "1500m"]))])

    @Test(arguments: [
        Case(
            "the emptier node",
            asking(["cpu": "100m"]),
            [busy, NodeState(makeNode("idle"), pods: [])],
            .bind(node: "idle", shortage: nil)
        ),
        Case("no node", asking([:]), [], .unschedulable(message: "no nodes available to schedule pods")),
        Case(
            "processors are shared",
            asking(["cpu": "1"]),
            [busy],
            .bind(
                node: "busy",
                shortage: "Node busy is overcommitted: its pods request more than it has of cpu (2500m of 2)"
            )
        ),
        Case(
            "devices are not",
            asking(["nvidia.com/gpu": "1"]),
            [NodeState(makeNode("n"), pods: [Pod(asking(["nvidia.com/gpu": "1"]))])],
            .unschedulable(message: "0/1 nodes are available: 1 Insufficient nvidia.com/gpu.")
        ),
        Case(
            "a node holds so many pods",
            asking([:]),
            [NodeState(makeNode("n"), pods: ["a", "b", "c"].map { Pod(makePod($0)) })],
            .unschedulable(message: "0/1 nodes are available: 1 Too many pods.")
        ),
        Case(
            "every node says why not",
            asking([:]) { $0.spec["nodeSelector"] = ["disk": "ssd"] },
            [
                NodeState(makeNode("a"), pods: []),
                NodeState(makeNode("b"), pods: []),
                NodeState(makeNode("c") { $0.spec["unschedulable"] = true }, pods: []),
                NodeState(makeNode("d") { $0.status["conditions"] = [] }, pods: []),
                NodeState(
                    makeNode("e") { $0.spec["taints"] = [["key": "k", "value": "v", "effect": "NoSchedule"]] },
                    pods: []
                ),
            ],
            .unschedulable(
                message: "0/5 nodes are available: 1 node(s) had untolerated taint {k: v}, "
                    + "1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }, "
                    + "1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector."
            )
        ),
        Case(
            "a tolerated taint",
            asking([:]) { $0.spec["tolerations"] = [["key": "k", "operator": "Exists"]] },
            [
                NodeState(
                    makeNode("n") { $0.spec["taints"] = [["key": "k", "value": "v", "effect": "NoSchedule"]] },
                    pods: []
                )
            ],
            .bind(node: "n", shortage: nil)
        ),
        Case(
            "required affinity",
            asking([:]) {
                $0.spec["affinity"] = [
                    "nodeAffinity": [
                        "requiredDuringSchedulingIgnoredDuringExecution": [
                            "nodeSelectorTerms": [
                                [
                                    "matchExpressions": [
                                        ["key": "kubernetes.io/hostname", "operator": "NotIn", "values": ["a"]]
                                    ]
                                ]
                            ]
                        ]
                    ]
                ]
            },
            [NodeState(makeNode("a"), pods: []), NodeState(makeNode("b"), pods: [])],
            .bind(node: "b", shortage: nil)
        ),
    ])
    func decides(_ c: Case) {
        #expect(SchedulingDecision.decide(c.pod, nodes: c.nodes) == c.wanted)
    }
}
