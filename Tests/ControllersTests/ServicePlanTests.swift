import Base
import Controllers
import KServeModel
import KubeClient
import KubeModel
import Testing

@Suite struct ServicePlanTests {
    /// The service of walk 4.
    private static let model = """
        predictor:
          sklearn:
            storageUri: pvc://predictor-model-pvc
            resources: {requests: {cpu: 500m, memory: 1Gi}}
        """

    @Test func aPlanFollowsFromNothingOfTheStatus() throws {
        func basis(_ service: InferenceService) throws -> ServicePlan.Basis {
            ServicePlan.Basis(service, runtimes: try shippedRuntimes(), configuration: try shippedConfiguration())
        }
        let first = try service("predictor: {sklearn: {storageUri: /a}}")
        var other = first
        other.object.status = ["conditions": []]
        other.object.metadata["resourceVersion"] = "7"
        #expect(try basis(first) == basis(other))
        other.object.metadata["annotations"] = ["serving.kserve.io/stop": "true"]
        #expect(try basis(first) != basis(other))
    }

    @Test func aModelInAVolume() throws {
        let plan = try plan(try service(Self.model, name: "model"))
        let workload = try #require(plan.workloads.first)
        #expect(workload.name == "model-predictor")
        let labels = [
            "serving.kserve.io/inferenceservice": "model", "component": "predictor", "app": "isvc.model-predictor",
        ]
        #expect(workload.deployment.labels == labels)
        #expect(workload.deployment.spec["template"]["metadata"]["labels"].stringMap == labels)
        #expect(workload.deployment.spec["selector"] == ["matchLabels": ["app": "isvc.model-predictor"]])
        #expect(workload.deployment.controller?.uid == "u-1")
        #expect(
            workload.deployment.annotations["internal.serving.kserve.io/storage-initializer-sourceuri"]
                == "pvc://predictor-model-pvc"
        )
        #expect(workload.deployment.annotations["modelFormat"] == nil)
        #expect(
            workload.container("kserve-container") == [
                "name": "kserve-container", "image": "kserve/sklearnserver:latest", "imagePullPolicy": "IfNotPresent",
                "args": ["--model_name=model", "--model_dir=/mnt/models", "--http_port=8080"],
                "env": [
                    ["name": "INFERENCE_SERVICE_NAME", "value": "model"],
                    ["name": "POD_NAMESPACE", "value": "default"],
                    ["name": "ROOST_COMPONENT", "value": "predictor"],
                    ["name": "ROOST_REVISION", "value": "model-predictor"],
                ],
                "readinessProbe": [
                    "httpGet": ["path": "/v2/health/ready", "port": 8080], "timeoutSeconds": 1, "periodSeconds": 10,
                    "successThreshold": 1, "failureThreshold": 3,
                ],
                "terminationMessagePolicy": "FallbackToLogsOnError",
                "resources": ["requests": ["cpu": "500m", "memory": "1Gi"]],
                "volumeMounts": [["name": "kserve-pvc-source", "mountPath": "/mnt/models", "readOnly": true]],
            ]
        )
        #expect(
            workload.pod["volumes"] == [
                ["name": "kserve-pvc-source", "persistentVolumeClaim": ["claimName": "predictor-model-pvc"]]
            ]
        )
        #expect(
            workload.service.spec == [
                "selector": ["app": "isvc.model-predictor"],
                "ports": [["name": "model-predictor", "port": 80, "targetPort": 8080, "protocol": "TCP"]],
            ]
        )
        #expect(plan.runtime?.name == "kserve-sklearnserver")
        #expect(plan.urls.url == "http://model.default.example.com")
        #expect(plan.urls.address == "http://model-predictor.default.svc.cluster.local")
    }

    struct Storage: CustomTestStringConvertible, Sendable {
        let uri: String
        let volume: JSON
        var mount: JSON = .null
        var testDescription: String { uri }
    }

    /// The server may be told another name and another port: the runtime's probe still finds it.
    @Test(arguments: [
        ("args: [--model_name, other]", 8080), ("args: [--http_port=5000], ports: [{containerPort: 5000}]", 5000),
        ("ports: [{containerPort: 8081, name: h2c}]", 8081),
        ("ports: [{containerPort: 8081}], readinessProbe: {httpGet: {path: /v2/health/ready, port: 8080}}", 8080),
    ])
    func theRuntimesProbeFollowsThePorts(_ fields: String, _ port: Int) throws {
        let model = "predictor: {sklearn: {storageUri: /srv/iris, \(fields)}}"
        let workload = try #require(try plan(try service(model)).workloads.first)
        let asked = workload.container("kserve-container")["readinessProbe"]["httpGet"]
        #expect(asked == ["path": "/v2/health/ready", "port": JSON(port)])
    }

    @Test(arguments: [
        Storage(
            uri: "pvc://claim/a/b/",
            volume: ["name": "kserve-pvc-source", "persistentVolumeClaim": ["claimName": "claim"]],
            mount: ["name": "kserve-pvc-source", "mountPath": "/mnt/models", "subPath": "a/b", "readOnly": true]
        ),
        Storage(
            uri: "file:///srv/iris",
            volume: ["name": "kserve-host-source", "hostPath": ["path": "/srv/iris"]],
            mount: ["name": "kserve-host-source", "mountPath": "/mnt/models", "readOnly": true]
        ),
        Storage(
            uri: "/srv/iris",
            volume: ["name": "kserve-host-source", "hostPath": ["path": "/srv/iris"]],
            mount: ["name": "kserve-host-source", "mountPath": "/mnt/models", "readOnly": true]
        ),
        Storage(
            uri: "file:///srv/iris/1.0/model.bst",
            volume: ["name": "kserve-host-source", "hostPath": ["path": "/srv/iris/1.0/model.bst"]],
            mount: ["name": "kserve-host-source", "mountPath": "/mnt/models/model.bst", "readOnly": true]
        ),
        Storage(
            uri: "gs://examples/iris/1.0/",
            volume: ["name": "kserve-host-source", "hostPath": ["path": "/srv/mirror/iris/1.0"]],
            mount: ["name": "kserve-host-source", "mountPath": "/mnt/models", "readOnly": true]
        ),
        Storage(
            uri: "s3://bucket/iris",
            volume: ["name": "kserve-provision-location", "emptyDir": [:]],
            mount: ["name": "kserve-provision-location", "mountPath": "/mnt/models", "readOnly": true]
        ),
        Storage(uri: "/mnt/models", volume: .null),
    ])
    func storage(_ c: Storage) throws {
        let workload = try #require(
            try plan(try service("predictor: {sklearn: {storageUri: '\(c.uri)'}}")) {
                $0.storageInitializer.mirrors = StorageMirrors(["gs://examples": "/srv/mirror"])
            }.workloads.first
        )
        #expect(workload.pod["volumes"] == (c.volume.isNull ? .null : [c.volume]))
        #expect(workload.container("kserve-container")["volumeMounts"] == (c.mount.isNull ? .null : [c.mount]))
        let fetches = workload.pod["initContainers"]
        if c.uri.hasPrefix("s3") {
            #expect(fetches[0]["args"] == ["s3://bucket/iris", "/mnt/models"])
            #expect(fetches[0]["image"] == "kserve/storage-initializer:latest")
        } else {
            #expect(fetches.isNull)
        }
    }

    @Test(arguments: [
        ("predictor: {sklearn: {storageUri: 'ftp://x'}}", "InvalidStorageURI"),
        ("predictor: {sklearn: {storageUri: 'models/iris'}}", "InvalidStorageURI"),
        ("predictor: {model: {modelFormat: {name: nosuch}}}", "NoSupportingRuntime"),
        ("predictor: {model: {modelFormat: {name: sklearn}, runtime: nosuch}}", "RuntimeNotRecognized"),
        ("predictor: {model: {modelFormat: {name: sklearn}, storage: {key: a}}}", "NotSupported"),
    ])
    func faults(_ spec: String, _ reason: String) throws {
        let fault = #expect(throws: PlanFault.self) { try plan(try service(spec)) }
        #expect(fault?.reason == reason)
    }

    @Test func argumentsAddUpAndProbesReplace() throws {
        let spec = """
            predictor:
              model:
                modelFormat: {name: sklearn}
                args: [--workers=2]
                env: [{name: A, value: b}]
                readinessProbe: {tcpSocket: {port: 8080}}
                runtimeVersion: v1.2
            """
        let workload = try #require(try plan(try service(spec)).workloads.first)
        let container = workload.container("kserve-container")
        #expect(container["args"].strings.last == "--workers=2" && container["args"].strings.count == 4)
        #expect(container["readinessProbe"] == ["tcpSocket": ["port": 8080]])
        #expect(container["image"] == "kserve/sklearnserver:v1.2")
    }

    struct Scaling: CustomTestStringConvertible, Sendable {
        let predictor: String
        let bounds: ClosedRange<Int>
        let metrics: JSON
        var testDescription: String { predictor }
    }

    @Test(arguments: [
        Scaling(predictor: "", bounds: 1...1, metrics: [cpu(80)]),
        Scaling(predictor: "minReplicas: 0, maxReplicas: 3, scaleMetric: cpu,", bounds: 1...3, metrics: [cpu(80)]),
        Scaling(predictor: "minReplicas: 4,", bounds: 4...4, metrics: [cpu(80)]),
        Scaling(predictor: "maxReplicas: 10, metrics: cpu, target: 50,", bounds: 1...10, metrics: [cpu(50)]),
        Scaling(predictor: "scaleMetric: memory,", bounds: 1...1, metrics: []),
        Scaling(
            predictor: """
                autoScaling: {metrics: [{type: Resource, resource: {name: memory, target: {type: AverageValue,
                averageValue: 1Gi}}}]},
                """,
            bounds: 1...1,
            metrics: [
                [
                    "type": "Resource",
                    "resource": ["name": "memory", "target": ["type": "AverageValue", "averageValue": "1Gi"]],
                ]
            ]
        ),
    ])
    func autoscaler(_ c: Scaling) throws {
        let plan = try plan(try service("predictor: {\(c.predictor) sklearn: {}}"))
        let workload = try #require(plan.workloads.first)
        #expect(workload.replicas == c.bounds)
        #expect(
            workload.autoscaler?.object.spec == [
                "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "iris-predictor"],
                "minReplicas": .int(Int64(c.bounds.lowerBound)), "maxReplicas": .int(Int64(c.bounds.upperBound)),
                "metrics": c.metrics,
            ]
        )
        #expect(workload.deployment.spec["replicas"].isNull)
    }

    private static func cpu(_ percent: Int64) -> JSON {
        [
            "type": "Resource",
            "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": .int(percent)]],
        ]
    }

    struct Load: CustomTestStringConvertible, Sendable {
        let predictor: String
        let scaling: [String: String]
        var bounds = 1...Int(Int32.max)
        var concurrency: JSON = 0
        var annotations: [String: String] = [:]
        var testDescription: String { predictor + " \(annotations)" }
    }

    @Test(arguments: [
        // Walk 3's first manifest.
        Load(
            predictor: "minReplicas: 1, maxReplicas: 10, containerConcurrency: 100, targetUtilizationPercentage: 70,",
            scaling: ["min-scale": "1", "max-scale": "10", "target-utilization-percentage": "70"],
            bounds: 1...10,
            concurrency: 100
        ),
        Load(predictor: "minReplicas: 0,", scaling: ["min-scale": "0"], bounds: 0...Int(Int32.max)),
        Load(
            predictor: "minReplicas: 2, metrics: concurrency, target: 5,",
            scaling: ["min-scale": "2", "metric": "concurrency", "target": "5"],
            bounds: 2...Int(Int32.max)
        ),
        Load(predictor: "scaleMetric: rps,", scaling: ["min-scale": "1", "metric": "rps"]),
        Load(
            predictor: "annotations: {autoscaling.knative.dev/window: 10s},",
            scaling: ["min-scale": "1", "window": "10s"]
        ),
        Load(
            predictor: "minReplicas: 1,",
            scaling: ["min-scale": "1"],
            annotations: ["autoscaling.knative.dev/class": "kpa.autoscaling.knative.dev"]
        ),
    ])
    func scalingByLoad(_ c: Load) throws {
        let service = try service("predictor: {\(c.predictor) sklearn: {}}", annotations: c.annotations)
        let workload = try #require(try plan(service).workloads.first)
        #expect(workload.replicas == c.bounds)
        #expect(workload.autoscaler?.resource == .podAutoscalers)
        let autoscaler = try #require(workload.autoscaler?.object)
        #expect(autoscaler.name == "iris-predictor" && autoscaler.controller?.uid == "u-1")
        #expect(
            autoscaler.spec == [
                "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "iris-predictor"],
                "containerConcurrency": c.concurrency, "protocolType": "http1", "reachability": "Reachable",
            ]
        )
        let prefix = "autoscaling.knative.dev/"
        let told = autoscaler.annotations.filter { $0.key.hasPrefix(prefix) }
            .map { key, value in (String(key.dropFirst(prefix.count)), value) }
        let wanted = c.scaling.merging(["class": "kpa.autoscaling.knative.dev"]) { own, _ in own }
        #expect(Dictionary(uniqueKeysWithValues: told) == wanted)
    }

    @Test(arguments: [
        ("hpa", "minReplicas: 0,", ResourceID.horizontalPodAutoscalers), ("none", "minReplicas: 0,", nil),
        ("external", "scaleMetric: rps,", nil), ("keda", "minReplicas: 0,", ResourceID.scaledObjects),
    ])
    func anAutoscalerAskedForByNameIsTaken(_ name: String, _ predictor: String, _ resource: ResourceID?) throws {
        let annotations = [AnnotationKey.autoscalerClass: name]
        let service = try service("predictor: {\(predictor) sklearn: {}}", annotations: annotations)
        #expect(try plan(service).workloads.first?.autoscaler?.resource == resource)
    }

    @Test func metricsBecomeTriggersOfAScaledObject() throws {
        let predictor = """
            predictor:
              minReplicas: 0
              maxReplicas: 4
              autoScaling:
                behavior: {scaleDown: {stabilizationWindowSeconds: 15}}
                metrics:
                - {type: Resource, resource: {name: cpu, target: {type: Utilization}}}
                - {type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 1Gi}}}
                - type: External
                  external:
                    metric: {backend: prometheus, serverAddress: "http://p", query: sum(x), namespace: t}
                    authenticationRef: {authModes: basic, authenticationRef: {name: a}}
                    target: {type: Value, value: 5.50}
                - type: PodMetric
                  podmetric:
                    metric: {backend: opentelemetry, query: hits, operationOverTime: avg}
                    target: {type: Value, value: "4"}
              sklearn: {}
            """
        let asked = try service(predictor, annotations: [AnnotationKey.autoscalerClass: "keda"])
        let workload = try #require(try plan(asked).workloads.first)
        let spec = try #require(workload.autoscaler).object.spec
        #expect(spec["scaleTargetRef"] == ["name": "iris-predictor"])
        #expect(spec["minReplicaCount"] == 0 && spec["maxReplicaCount"] == 4)
        #expect(
            spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"] == [
                "stabilizationWindowSeconds": 15
            ]
        )
        let query = "sum(hits{namespace=\"default\", deployment=\"iris-predictor\"})"
        #expect(
            spec["triggers"] == [
                ["type": "cpu", "metadata": ["value": "80"], "metricType": "Utilization"],
                ["type": "memory", "metadata": ["value": "1Gi"], "metricType": "AverageValue"],
                [
                    "type": "prometheus",
                    "metadata": [
                        "serverAddress": "http://p", "query": "sum(x)", "threshold": "5.5", "namespace": "t",
                        "authModes": "basic",
                    ],
                    "authenticationRef": ["name": "a"],
                ],
                [
                    "type": "external",
                    "metadata": [
                        "metricQuery": .string(query), "targetValue": "4",
                        "scalerAddress": "keda-otel-scaler.keda.svc:4318", "operationOverTime": "avg",
                    ],
                ],
            ]
        )
    }

    struct Replicas: CustomTestStringConvertible, Sendable {
        let predictor: String
        let running: Int64?
        let isSameWish: Bool
        let wanted: Int64
        var testDescription: String { "\(predictor) \(running.map(String.init) ?? "new") \(isSameWish)" }
    }

    @Test(arguments: [
        Replicas(predictor: "minReplicas: 0", running: nil, isSameWish: false, wanted: 1),
        Replicas(predictor: "minReplicas: 3, scaleMetric: rps", running: nil, isSameWish: false, wanted: 3),
        Replicas(predictor: "minReplicas: 0", running: 0, isSameWish: true, wanted: 0),
        Replicas(predictor: "minReplicas: 0", running: 0, isSameWish: false, wanted: 1),
        Replicas(predictor: "minReplicas: 0", running: 7, isSameWish: false, wanted: 7),
        Replicas(predictor: "minReplicas: 2, maxReplicas: 3", running: 7, isSameWish: true, wanted: 3),
        Replicas(predictor: "minReplicas: 2, maxReplicas: 3", running: 0, isSameWish: true, wanted: 2),
        Replicas(
            predictor: "minReplicas: 0, annotations: {autoscaling.knative.dev/initial-scale: '4'}",
            running: nil,
            isSameWish: false,
            wanted: 4
        ),
    ])
    func replicasOfADeployment(_ c: Replicas) throws {
        let workload = try #require(try plan(try service("predictor: {\(c.predictor), sklearn: {}}")).workloads.first)
        let stamped = ObjectDifference.stamped(workload.deployment)
        let current = c.running.map { count in
            var current = c.isSameWish ? stamped : workload.deployment
            current.spec["replicas"] = .int(count)
            return current
        }
        #expect(workload.withReplicas(stamped, over: current).spec["replicas"] == .int(c.wanted))
    }

    @Test func withoutAnAutoscalerTheReplicasAreFixed() throws {
        let annotations = [AnnotationKey.autoscalerClass: "none"]
        let service = try service("predictor: {minReplicas: 3, sklearn: {}}", annotations: annotations)
        let workload = try #require(try plan(service).workloads.first)
        #expect(workload.autoscaler == nil)
        #expect(workload.deployment.spec["replicas"] == 3)
    }

    @Test func transformersKnowTheirPredictor() throws {
        let spec =
            "{predictor: {sklearn: {}}, transformer: {containerConcurrency: 2, containers: [{image: t, args: [--http_port=9]}]}}"
        let plan = try plan(try service(spec))
        #expect(plan.workloads.map(\.name) == ["iris-predictor", "iris-transformer"])
        #expect(
            plan.workloads[1].container("kserve-container")["args"] == [
                "--http_port=9", "--model_name", "iris", "--predictor_host", "iris-predictor.default", "--workers", "2",
            ]
        )
        #expect(plan.urls.address == "http://iris-transformer.default.svc.cluster.local")
        #expect(plan.routes.map(\.name) == ["iris", "iris-predictor", "iris-transformer"])
        #expect(plan.routes[0].spec["rules"][0]["backendRefs"][0]["name"] == "iris-transformer")
    }
}
