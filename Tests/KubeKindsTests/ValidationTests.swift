import Base
import KubeKinds
import KubeModel
import TestKit
import Testing

@Suite struct ValidationTests {
    @Test func faultsAreToldAsRecorded() throws {
        for line in try Golden.lines("invalid") {
            let type = try kind(atPath: line["path"].string ?? "")
            let object = admitted(line["body"], type)
            let faults = type.validate(object, nil)
            let status = APIStatus.invalid(kind: type.kind, group: type.id.group, name: object.name, faults)
            #expect(status.message == line["status"]["message"].string, "\(line["name"].text)")
        }
    }

    @Test func everyRecordedObjectIsValid() throws {
        for line in try Golden.lines("defaulting") where line["after"]["metadata"]["generateName"] == .null {
            let type = try kind(atPath: line["path"].string ?? "")
            guard type.conversion == nil else { continue }
            let object = KubeObject(line["after"].withoutNulls)
            #expect(type.validate(object, nil) == [], "\(line["name"].text)")
            #expect(type.validate(object, object) == [], "\(line["name"].text)")
        }
    }
}

@Suite struct AutoscalerTests {
    /// Kubernetes' own code said these; it was run with and without the gate for zero replicas, which is closed here.
    @Test func specsAreDefaultedAndJudgedAsUpstreamDoes() throws {
        let type = try kind(atPath: "/apis/autoscaling/v2/horizontalpodautoscalers")
        try TestKit.Golden("hpa", "validation", kept: "hpa-validation", in: .module).check { line throws in
            guard line["minReplicasLowerBound"] == 1 else { return }
            var object = KubeObject(line["object"])
            type.applyDefaults(&object)
            #expect(comparable(object.spec) == comparable(line["defaultedSpec"]), "\(line["id"].text)")
            #expect(type.validate(object, nil).map(\.description) == line["errors"].strings, "\(line["id"].text)")
        }
    }

    /// Leaves out what Go writes otherwise than it was given: references, empty lists, quantities.
    private func comparable(_ spec: JSON) -> JSON {
        var spec = spec.withoutNulls
        spec["scaleTargetRef"] = .null
        guard spec["behavior"] != .null else { return spec }
        spec["behavior"]["scaleUp"]["tolerance"] = .null
        if spec["behavior"]["scaleUp"]["policies"] == [] { spec["behavior"]["scaleUp"]["policies"] = .null }
        return spec
    }

    @Test func versionOneLosesNothing() throws {
        let v1 = try kind(atPath: "/apis/autoscaling/v1/horizontalpodautoscalers")
        let conversion = try #require(v1.conversion)
        let stored = KubeObject([
            "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": ["name": "h"],
            "spec": [
                "maxReplicas": 3,
                "metrics": [
                    [
                        "type": "Resource",
                        "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 50]],
                    ],
                    [
                        "type": "Pods",
                        "pods": ["metric": ["name": "q"], "target": ["type": "AverageValue", "averageValue": "1"]],
                    ],
                ],
                "behavior": ["scaleDown": ["selectPolicy": "Disabled"]],
            ],
            "status": [
                "currentReplicas": 1, "desiredReplicas": 1, "conditions": [["type": "AbleToScale", "status": "True"]],
            ],
        ])
        let view = conversion.fromStored(stored)
        #expect(view.spec["targetCPUUtilizationPercentage"] == 50)
        #expect(view.spec["metrics"] == .null)
        #expect(conversion.toStored(view) == stored)
    }
}
