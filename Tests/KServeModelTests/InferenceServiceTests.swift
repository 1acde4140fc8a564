import Base
import KServeModel
import KubeModel
import Testing

@Suite struct InferenceServiceDefaultsTests {
    @Test func shorthandBecomesAModel() throws {
        var service = try service(
            "predictor: {sklearn: {storageUri: 'pvc://claim', resources: {requests: {cpu: 500m}}}}"
        )
        service.applyDefaults(try shippedConfiguration())
        #expect(
            service.object.spec == [
                "predictor": [
                    "model": [
                        "modelFormat": ["name": "sklearn"], "storageUri": "pvc://claim",
                        "resources": ["requests": ["cpu": "500m"]],
                    ]
                ]
            ]
        )
        #expect(
            service.object.annotations == [
                "serving.kserve.io/deploymentMode": "Standard", "modelFormat": "sklearn",
            ]
        )
        let once = service.object
        service.applyDefaults(try shippedConfiguration())
        #expect(service.object == once)
    }

    @Test func anEmptyBlockIsAModelToo() throws {
        var service = try service("predictor: {xgboost: {}}")
        service.applyDefaults(try shippedConfiguration())
        #expect(service.object.spec == ["predictor": ["model": ["modelFormat": ["name": "xgboost"]]]])
    }

    @Test(arguments: [("RawDeployment", "Standard"), ("Serverless", "Knative"), ("Knative", "Knative"), ("odd", "odd")])
    func formerNamesOfModes(_ written: String, _ stored: String) throws {
        var service = try service("predictor: {onnx: {}}", annotations: [AnnotationKey.deploymentMode: written])
        service.applyDefaults(PlatformConfiguration())
        #expect(service.object.annotations[AnnotationKey.deploymentMode] == stored)
        #expect(service.predictor.model?.protocolVersion == "v2")
    }

    @Test func customContainersGetNameAndResources() throws {
        var service = try service("predictor: {containers: [{image: a, resources: {limits: {cpu: '3'}}}]}")
        service.applyDefaults(PlatformConfiguration())
        #expect(
            service.predictor.containers == [
                [
                    "image": "a", "name": "kserve-container",
                    "resources": [
                        "limits": ["cpu": "3", "memory": "2Gi"], "requests": ["cpu": "1", "memory": "2Gi"],
                    ],
                ]
            ]
        )
    }

    @Test func seedWordsBecomeUpstreams() throws {
        var service = try service(
            "predictor: {metrics: cpu, target: 50, targetUtilizationPercentage: 70, tracing: {enabled: true}, sklearn: {}}"
        )
        service.applyDefaults(PlatformConfiguration())
        let predictor = service.predictor
        #expect(predictor.scaleMetric == "cpu" && predictor.scaleTarget == 50)
        #expect(predictor.annotations["autoscaling.knative.dev/target-utilization-percentage"] == "70")
        #expect(predictor.json["metrics"].isNull && predictor.json["target"].isNull)
        #expect(predictor.json["tracing"] == ["enabled": true])
    }

    @Test func severalVersionsBecomeCanaries() throws {
        var service = try service(
            """
            predictor:
              componentSpecs:
              - {name: v1, sklearn: {storageUri: file:///a}}
              - {name: v2, sklearn: {storageUri: file:///b}}
              - {name: v3, containers: [{image: mine}]}
              traffic: [{tag: v1, percent: 70}, {tag: v2, percent: 30}]
            """
        )
        service.applyDefaults(PlatformConfiguration())
        #expect(service.predictor.variant == "v1")
        #expect(service.predictor.storageURI == "file:///a")
        #expect(service.canaries.map(\.trafficPercent) == [30, 0])
        #expect(service.canaries.last?.predictor.containers.first?["name"] == "kserve-container")
        #expect(service.canaries.first?.predictor.model?.format == "sklearn")
        #expect(service.firstFault() == nil)
    }
}

@Suite struct InferenceServiceValidationTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let spec: String
        let fault: String?
        var annotations: [String: String] = [:]
        var name = "iris"
        var testDescription: String { spec }
    }

    @Test(arguments: [
        Case(spec: "predictor: {sklearn: {storageUri: 'gs://a'}}", fault: nil),
        Case(spec: "predictor: {sklearn: {}}", fault: "a InferenceService name must consist of lower case", name: "1a"),
        Case(
            spec: "predictor: {sklearn: {}}",
            fault: "[kpa] is not a supported autoscaler class type",
            annotations: [AnnotationKey.autoscalerClass: "kpa"]
        ),
        Case(
            spec: "predictor: {sklearn: {env: [{name: PYTHONPATH, value: /x}]}}",
            fault: "setting PYTHONPATH in container \"\" is not allowed"
        ),
        Case(
            spec: "predictor: {model: {modelFormat: {name: a}, name: x}}",
            fault: "the 'name' field is not allowed in standard predictor"
        ),
        Case(
            spec: "{predictor: {sklearn: {storageUri: a}, storageUris: [{uri: b}]}}",
            fault: "Setting both StorageURI and StorageURIs is not supported."
        ),
        Case(spec: "predictor: {}", fault: "exactly one of [Name, SKLearn, XGBoost"),
        Case(spec: "predictor: {sklearn: {}, xgboost: {}}", fault: "must be specified in PredictorSpec"),
        Case(
            spec: "{predictor: {sklearn: {}}, transformer: {minReplicas: 1}}",
            fault: "must be specified in TransformerSpec"
        ),
        Case(
            spec: "predictor: {model: {modelFormat: {name: a}}, containers: [{name: transformer-container, image: b}]}",
            fault: nil
        ),
        Case(
            spec: "predictor: {model: {modelFormat: {name: a}}, containers: [{name: kserve-container, image: b}]}",
            fault: "exactly one of"
        ),
        Case(
            spec: "predictor: {containers: [{name: kserve-container, env: [{name: PROTOCOL, value: v9}]}]}",
            fault: "invalid protocol v9. Must be one of [v1, v2]"
        ),
        Case(spec: "predictor: {sklearn: {}, minReplicas: -1}", fault: "'MinReplicas' cannot be less than 0"),
        Case(
            spec: "predictor: {sklearn: {}, minReplicas: 3, maxReplicas: 2}",
            fault: "cannot be greater than MaxReplicas"
        ),
        Case(spec: "predictor: {sklearn: {}, containerConcurrency: -1}", fault: "parallelism cannot be less than 0"),
        Case(spec: "predictor: {sklearn: {}, logger: {url: a}}", fault: "invalid logger type"),
        Case(
            spec: "predictor: {sklearn: {}, scaleMetric: rps}",
            fault: "[rps] is not a supported metric",
            annotations: [AnnotationKey.deploymentMode: "Standard", AnnotationKey.autoscalerClass: "hpa"]
        ),
        Case(
            spec: "predictor: {sklearn: {}, scaleTarget: 101}",
            fault: "[1-100] integer",
            annotations: [AnnotationKey.deploymentMode: "Standard", AnnotationKey.autoscalerClass: "hpa"]
        ),
        Case(
            spec: "predictor: {sklearn: {}, deploymentStrategy: {type: Recreate}}",
            fault: "only supported for raw deployment mode",
            annotations: [AnnotationKey.deploymentMode: "Knative"]
        ),
        Case(
            spec: "predictor: {sklearn: {}, workerSpec: {}}",
            fault: "StorageURI must be set for multinode enabled"
        ),
        Case(
            spec: "{predictor: {sklearn: {}}, canary: [{trafficPercent: 10, predictor: {sklearn: {}}}]}",
            fault: "canary[0] predictor.name is required"
        ),
        Case(
            spec: """
                {predictor: {sklearn: {}}, canary: [{trafficPercent: 60, predictor: {name: a, sklearn: {}}},
                {trafficPercent: 60, predictor: {name: b, sklearn: {}}}]}
                """,
            fault: "sum of canary trafficPercent values (120)"
        ),
        Case(
            spec: "predictor: {sklearn: {}, canaryTrafficPercent: 101}",
            fault: "spec.predictor.canaryTrafficPercent: must be 0 to 100, was 101"
        ),
        Case(
            spec: """
                {predictor: {sklearn: {}, canaryTrafficPercent: 10},
                canary: [{trafficPercent: 60, predictor: {name: a, sklearn: {}}}]}
                """,
            fault: "spec.predictor.canaryTrafficPercent: must not be set beside canary"
        ),
        Case(
            spec: """
                predictor: {componentSpecs: [{name: v1, sklearn: {}}, {name: v2, sklearn: {}}],
                traffic: [{tag: v1, percent: 70}, {tag: v2, percent: 30, headers: [{name: a, value: b, type: Odd}]}]}
                """,
            fault: "headers of version \"v2\": type: must be Exact or RegularExpression"
        ),
        Case(
            spec: """
                predictor: {componentSpecs: [{name: v1, sklearn: {}}, {name: v2, sklearn: {}}],
                traffic: [{tag: v1, percent: 70}, {tag: v2, percent: 20}]}
                """,
            fault: "spec.predictor.traffic: percentages must add up to 100, were 90"
        ),
        Case(
            spec: "{predictor: {componentSpecs: [{name: v1, sklearn: {}}]}, traffic: [{tag: v9, percent: 100}]}",
            fault: "spec.traffic[0].tag: \"v9\" names no component"
        ),
        Case(
            spec: "predictor: {componentSpecs: [{name: v1, sklearn: {}}, {name: v1, sklearn: {}}], traffic: []}",
            fault: "spec.predictor.componentSpecs[1].name: duplicate value \"v1\""
        ),
    ])
    func faults(_ c: Case) throws {
        var service = try service(c.spec, name: c.name, annotations: c.annotations)
        service.applyDefaults(PlatformConfiguration())
        let fault = service.firstFault()
        if let expected = c.fault {
            #expect(fault?.contains(expected) == true, "\(fault ?? "no fault")")
        } else {
            #expect(fault == nil)
        }
    }

    @Test func theModeOfARunningServiceStays() throws {
        var old = try service("predictor: {sklearn: {}}")
        old.object.status["deploymentMode"] = "Standard"
        let new = try service("predictor: {sklearn: {}}", annotations: [AnnotationKey.deploymentMode: "Knative"])
        #expect(
            new.firstFault(replacing: old)
                == "update rejected: deploymentMode cannot be changed from 'Standard' to 'Knative'"
        )
    }

    @Test func denialsReadAsWebhooksDo() throws {
        let status = #expect(throws: APIStatus.self) {
            try KServeAdmission.validateInferenceService(try service("predictor: {}", name: "A").object, old: nil)
        }
        #expect(status?.code == 403)
        #expect(
            status?.message.hasPrefix(
                "admission webhook \"inferenceservice.kserve-webhook-server.validator\" denied the request: the Inf"
            ) == true
        )
    }
}
