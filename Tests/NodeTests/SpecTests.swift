import Base
import KubeModel
import Node
import Testing

@Suite struct SpecTests {
    @Test(arguments: [
        ("$(A)/x", "1/x"), ("$(B)", "$(B)"), ("$$(A)", "$(A)"), ("a$", "a$"), ("$(A", "$(A"), ("$x", "$x"),
        ("$(A)$(A)", "11"), ("$$$(A)", "$1"), ("", ""),
    ])
    func variablesAreExpandedAsKubernetesDoes(text: String, expected: String) {
        #expect(Expansion.expand(text, ["A": "1"]) == expected)
    }

    private func environment(
        _ container: JSON,
        _ sources: [SourceName: [String: [UInt8]]] = [:]
    ) throws -> ContainerEnvironment {
        var pod = pod(containers: [container])
        pod.metadata["labels"] = ["app": "web"]
        let spec = try PodSpec(pod)
        let fields = PodFields(
            pod: pod,
            addresses: PodAddresses(host: "127.0.0.1", pod: "127.1.1.1"),
            nodeName: "n1"
        )
        return try ContainerEnvironment(
            spec.containers[0],
            base: [("POD_IP", "127.1.1.1")],
            fields: fields,
            sources: sources
        )
    }

    @Test func variablesComeFromEverywhere() throws {
        let container: JSON = [
            "name": "c", "resources": ["limits": ["cpu": "1500m", "memory": "64Mi"]],
            "envFrom": [
                ["configMapRef": ["name": "m"], "prefix": "P_"], ["secretRef": ["name": "no", "optional": true]],
            ],
            "env": [
                ["name": "LITERAL", "value": "at $(POD_IP)"], ["name": "LATER", "value": "$(LITERAL)!"],
                ["name": "NS", "valueFrom": ["fieldRef": ["fieldPath": "metadata.namespace"]]],
                ["name": "APP", "valueFrom": ["fieldRef": ["fieldPath": "metadata.labels['app']"]]],
                ["name": "CPU", "valueFrom": ["resourceFieldRef": ["resource": "limits.cpu"]]],
                ["name": "MIB", "valueFrom": ["resourceFieldRef": ["resource": "limits.memory", "divisor": "1Mi"]]],
                ["name": "KEY", "valueFrom": ["secretKeyRef": ["name": "s", "key": "k"]]],
                ["name": "NONE", "valueFrom": ["configMapKeyRef": ["name": "m", "key": "x", "optional": true]]],
            ],
        ]
        let sources: [SourceName: [String: [UInt8]]] = [
            .configMap("m"): ["a": Array("1".utf8)], .secret("s"): ["k": Array("hush".utf8)],
        ]
        let words = try environment(container, sources).words
        #expect(
            words == [
                "POD_IP=127.1.1.1", "P_a=1", "LITERAL=at 127.1.1.1", "LATER=at 127.1.1.1!", "NS=default", "APP=web",
                "CPU=2", "MIB=64", "KEY=hush",
            ]
        )
    }

    @Test(
        arguments: [
            (
                ["env": [["name": "X", "valueFrom": ["configMapKeyRef": ["name": "m", "key": "k"]]]]],
                "configmap \"m\" not found"
            ),
            (["envFrom": [["secretRef": ["name": "s"]]]], "secret \"s\" not found"),
            (["env": [["name": "X=Y", "value": "1"]]], "container c has a variable without a usable name: \"X=Y\""),
        ] as [(JSON, String)]
    )
    func whatIsMissingIsNamed(json: JSON, message: String) {
        var container = json
        container["name"] = "c"
        #expect(throws: StartFault.config(message)) { try environment(container) }
    }

    @Test(
        arguments: [
            (["containers": []], "the pod has no containers"),
            (["containers": [["name": "../x"]]], "a container has no usable name: \"../x\""),
            (["containers": [["name": "a"], ["name": "a"]]], "two containers of the pod have the same name"),
            (
                ["containers": [["name": "a", "volumeMounts": [["name": "v", "mountPath": "/x"]]]]],
                "container a mounts volume \"v\", which the pod does not have"
            ),
            (
                ["containers": [["name": "a", "volumeMounts": [["name": "v", "mountPath": "/x/../etc"]]]]],
                "container a has a volume mount that cannot be made: {\"mountPath\":\"/x/../etc\",\"name\":\"v\"}"
            ),
            (
                ["containers": [["name": "a"]], "volumes": [["name": "v", "nfs": ["server": "s"]]]],
                "volume \"v\" is of kind nfs, which this node does not mount"
            ),
            (
                [
                    "containers": [["name": "a"]],
                    "volumes": [["name": "v", "configMap": ["items": [["key": "k", "path": "../../etc/x"]]]]],
                ],
                "volume \"v\" has an item with a path outside of it: \"../../etc/x\""
            ),
        ] as [(JSON, String)]
    )
    func podsThatCannotBeRunAreRefused(spec: JSON, message: String) {
        var pod = pod()
        pod.spec = spec
        #expect(throws: PodDefect(message)) { try PodSpec(pod) }
    }

    @Test(
        arguments: [
            ("kserve/sklearnserver:latest", [], ImagePlan.native(["/bin/roost", "model-server"])),
            ("docker.io/seldonio/mlserver:1.7.1", [], .native(["/bin/roost", "model-server"])),
            ("kserve/xgbserver@sha256:00", [], .native(["/bin/roost", "model-server"])),
            ("kserve/sklearnserver", ["python"], .engine),
            ("roost.dev/host", ["/bin/sh"], .host),
            ("localhost:5000/kserve/sklearnserver", [], .engine),
            ("nginx", [], .engine), ("docker.io/kserve/dumper:v2", ["/dump"], .program(["/bin/python", "dump.py"])),
        ] as [(String, [String], ImagePlan)]
    )
    func imagesAreRunByWhatCanRunThem(image: String, command: [String], plan: ImagePlan) {
        let images = NativeImages(program: "/bin/roost", programs: ["kserve/dumper": ["/bin/python", "dump.py"]])
        #expect(images.plan(image: image, command: command) == plan)
    }

    @Test(arguments: [
        (["kserve/sklearnserver"], true), (["kserve/agent", "roost.dev/host"], false), (["nginx"], false),
    ])
    func roostsOwnServersGetNoToken(_ images: [String], _ isUnread: Bool) throws {
        let containers = images.map { image -> JSON in
            [
                "name": .string(image.replacing("/", with: "-").replacing(".", with: "-")), "image": .string(image),
                "volumeMounts": [["name": "access", "mountPath": "/a"], ["name": "map", "mountPath": "/b"]],
            ]
        }
        let volumes: [JSON] = [
            ["name": "access", "projected": ["sources": [["serviceAccountToken": ["path": "token"]]]]],
            ["name": "map", "projected": ["sources": [["configMap": ["name": "m"]]]]],
        ]
        let spec = try PodSpec(pod(containers: containers, volumes: volumes))
        #expect(spec.unreadTokens(NativeImages(program: "/bin/roost")) == (isUnread ? ["access"] : []))
    }

    @Test func anEngineIsAskedForTheWholeContainer() {
        let point = MountPoint(source: "/data/m", target: "/mnt/models", isFolder: true, isReadOnly: true)
        let container = EngineContainer(
            name: "roost-x",
            image: "busybox",
            command: ["/bin/sh", "-c"],
            words: ["ls"],
            environment: ["A=1"],
            mounts: [point],
            folder: "/app"
        )
        #expect(
            container.arguments(dataFolder: "/d").joined(separator: " ")
                == "run --rm --name roost-x --label roost.dev/data-dir=/d --network host "
                + "--volume /data/m:/mnt/models:ro --env A=1 --workdir /app --entrypoint /bin/sh busybox -c ls"
        )
    }
}
