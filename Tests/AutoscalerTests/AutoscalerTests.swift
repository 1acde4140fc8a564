import Base
import KubeClient
import KubeModel
import Scaling
import TestKit
import Testing

/// From load to replicas, on a real API and a clock that the tests move.
@Suite struct AutoscalerTests {
    @Test func whatNobodyAsksGoesToZeroAndComesBackAtOnce() async throws {
        try await World.run { world in
            try await world.makeService()
            try await world.until(.podAutoscalers) { condition("Active", of: $0) == ["Unknown", "Queued"] }
            try await world.setReady(1)
            let active = try await world.until(.podAutoscalers) { condition("Ready", of: $0) == ["True", ""] }
            #expect(condition("ScaleTargetInitialized", of: active) == ["True", ""])
            #expect(active.status["serviceName"] == "m")

            try await world.passSeconds(until: .podAutoscalers) {
                condition("Ready", of: $0) == ["False", "NoTraffic"]
            }
            try await world.passSeconds(until: .deployments) { $0.spec["replicas"].int == 0 }
            try await world.setReady(0)
            let asleep = try await world.until(.podAutoscalers) { $0.status["desiredScale"].int == 0 }
            #expect(condition("Active", of: asleep) == ["False", "NoTraffic"])

            // Time stands still: what follows comes from the arrival alone.
            let meter = world.board.meter(for: World.key)
            meter.begin(at: world.time.monotonic())
            meter.arrivedAtNone()
            try await world.until(.deployments) { $0.spec["replicas"].int == 1 }
            let waking = try await world.until(.podAutoscalers) { condition("Active", of: $0)[1] == "Queued" }
            #expect(waking.status["desiredScale"].int == 1)
            withExtendedLifetime(meter) {}
        }
    }

    @Test func replicasFollowTheLoadWithinBounds() async throws {
        try await World.run { world in
            let annotations = [
                "autoscaling.knative.dev/target": "10", "autoscaling.knative.dev/max-scale": "4",
                "autoscaling.knative.dev/target-utilization-percentage": "100",
            ]
            try await world.makeService(annotations: annotations)
            try await world.setReady(1)
            let meter = world.board.meter(for: World.key)
            for _ in 0..<35 { meter.begin(at: world.time.monotonic()) }
            try await world.passSeconds(until: .deployments) { $0.spec["replicas"].int == 4 }
            for _ in 0..<100 { meter.begin(at: world.time.monotonic()) }
            try await world.passSeconds(until: .podAutoscalers) { explanation(of: $0)?.bound == .maxScale }
            let told = try #require(explanation(of: try await world.until(.podAutoscalers) { _ in true }))
            #expect(told.isPanic)
            #expect(told.target == 10)
            let deployment = try await world.until(.deployments) { _ in true }
            #expect(deployment.spec["replicas"].int == 4)
            withExtendedLifetime(meter) {}
        }
    }

    @Test func settingsHoldAtOnce() async throws {
        try await World.run { world in
            try await world.makeService()
            try await world.setReady(1)
            let patch: JSON = ["data": ["min-scale": "3"]]
            let settings = ObjectKey(namespace: "knative-serving", name: "config-autoscaler")
            _ = try await world.api.patch(.configMaps, settings, .merge(patch))
            try await world.passSeconds(until: .deployments) { $0.spec["replicas"].int == 3 }
            let waiting = try await world.until(.podAutoscalers) { $0.status["desiredScale"].int == 3 }
            #expect(explanation(of: waiting)?.bound == .minScale)
            // What cannot be read changes nothing.
            _ = try await world.api.patch(.configMaps, settings, .merge(["data": ["min-scale": "many"]]))
            try await world.setReady(3)
            try await world.until(.podAutoscalers) { condition("Active", of: $0) == ["True", ""] }
        }
    }

    @Test func aFailingStartSaysWhy() async throws {
        try await World.run { world in
            try await world.makeService()
            try await world.until(.podAutoscalers) { condition("Active", of: $0)[1] == "Queued" }
            var owner = KubeObject(.replicaSets, kind: "ReplicaSet", namespace: "default", name: "m-5d8f")
            owner.metadata["uid"] = "u"
            var pod = KubeObject(.pods, kind: "Pod", namespace: "default", name: "m-5d8f-x")
            pod.setController(owner)
            pod.spec = ["containers": [["name": "c", "image": "i"]]]
            let made = try await world.api.create(.pods, pod)
            var failed = made
            let ended: JSON = ["exitCode": 3, "message": "no model"]
            failed.status["containerStatuses"] = [
                [
                    "name": "c", "restartCount": 2, "ready": false, "image": "i", "imageID": "",
                    "state": ["waiting": ["reason": "CrashLoopBackOff"]], "lastState": ["terminated": ended],
                ]
            ]
            _ = try await world.api.updateStatus(.pods, failed)
            let status = try await world.until(.podAutoscalers) {
                condition("ContainerHealthy", of: $0) == ["False", "CrashLoopBackOff"]
            }
            let told = Conditions(status.status["conditions"])["ContainerHealthy"]["message"]
            #expect(told == "Pod m-5d8f-x, container c: exit code 3: no model")
            #expect(condition("Ready", of: status) == ["Unknown", "Queued"])
            try await world.setReady(1)
            try await world.until(.podAutoscalers) { condition("ContainerHealthy", of: $0) == ["", ""] }
        }
    }

    @Test func theClassHPAIsLeftToKubernetes() async throws {
        try await World.run { world in
            let annotations = [
                "autoscaling.knative.dev/class": "hpa.autoscaling.knative.dev", "autoscaling.knative.dev/metric": "cpu",
                "autoscaling.knative.dev/target": "79.5", "autoscaling.knative.dev/min-scale": "2",
                "autoscaling.knative.dev/window": "30s",
            ]
            try await world.makeService(annotations: annotations)
            let made = try await world.until(.horizontalPodAutoscalers) { _ in true }
            #expect(made.spec["minReplicas"] == 2)
            #expect(made.spec["maxReplicas"] == 2_147_483_647)
            #expect(made.spec["metrics"][0]["resource"]["target"]["averageUtilization"] == 80)
            #expect(made.spec["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 30)
            #expect(made.controller?.kind == "PodAutoscaler")

            var scaled = made
            scaled.status = ["currentReplicas": 2, "desiredReplicas": 3]
            _ = try await world.api.updateStatus(.horizontalPodAutoscalers, scaled)
            let told = try await world.until(.podAutoscalers) { condition("Ready", of: $0) == ["True", ""] }
            #expect(told.status["desiredScale"] == 3)
            #expect(told.status["actualScale"] == 2)
        }
    }

    private func explanation(of object: KubeObject) -> ScaleExplanation? {
        object.status["annotations"][ScaleExplanation.annotation].string.flatMap(ScaleExplanation.init(text:))
    }
}
