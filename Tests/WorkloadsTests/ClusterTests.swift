import Base
import KubeClient
import KubeModel
import Synchronization
import TestKit
import Testing
import Workloads

@Suite(.timeLimit(.minutes(1))) struct ClusterTests {
    static let web = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 3
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers: [{name: c, image: "nginx:1", ports: [{name: http, containerPort: 8080}]}]
        """

    static func isRolledOut(_ replicas: Int) -> (KubeObject) -> Bool {
        { deployment in
            deployment.status["observedGeneration"].int == deployment.generation
                && deployment.status["updatedReplicas"].int == replicas
                && deployment.status["replicas"].int == replicas
                && deployment.status["availableReplicas"].int == replicas
                && Conditions(deployment.status["conditions"])["Progressing"]["reason"] == "NewReplicaSetAvailable"
        }
    }

    @Test func deploymentRunsRollsScalesAndGoes() async throws {
        try await Cluster.run { cluster in
            try await cluster.apply(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
                """,
                in: .services
            )
            try await cluster.apply(Self.web, in: .deployments)
            let deployment = try await cluster.until(.deployments, "web", Self.isRolledOut(3))
            #expect(deployment.generation == 1 && deployment.annotations["deployment.kubernetes.io/revision"] == "1")
            let sets = try await cluster.api.list(.replicaSets).items
            let pods = try await cluster.api.list(.pods).items
            #expect(sets.count == 1 && pods.count == 3)
            #expect(pods.allSatisfy { $0.name.hasPrefix(sets[0].name + "-") && $0.controller?.uid == sets[0].uid })
            try await cluster.until(.endpointSlices) { Self.ready($0).count == 3 }
            try await cluster.until(.endpoints, "web") { $0["subsets"][0]["addresses"].array?.count == 3 }

            try await cluster.merge(
                .deployments,
                "web",
                ["spec": ["template": ["spec": ["containers": [["name": "c", "image": "nginx:2"]]]]]]
            )
            try await cluster.until(.deployments, "web", Self.isRolledOut(3))
            let images = try await cluster.until(.pods) { $0.count == 3 && $0.allSatisfy { !$0.isTerminating } }
                .map { $0.spec["containers"][0]["image"].string }
            #expect(Set(images) == ["nginx:2"])

            let scale: Patch = .merge(["spec": ["replicas": 1]])
            let key = ObjectKey(namespace: "default", name: "web")
            _ = try await cluster.api.patch(.deployments, key, scale, subresource: "scale")
            try await cluster.until(.deployments, "web", Self.isRolledOut(1))

            try await cluster.api.delete(.deployments, key, DeleteOptions(propagation: .background))
            try await cluster.until(.pods) { $0.isEmpty }
            try await cluster.until(.replicaSets) { $0.isEmpty }
            let reasons = Set(try await cluster.api.list(.events).items.compactMap { $0["reason"].string })
            #expect(reasons.isSuperset(of: ["ScalingReplicaSet", "SuccessfulCreate", "SuccessfulDelete", "Scheduled"]))
        }
    }

    @Test func nothingIsWrittenOnceEverythingIsSettled() async throws {
        try await Cluster.run { cluster in
            let service = "{selector: {app: web}, ports: [{name: a, port: 80, targetPort: http}, {name: b, port: 81}]}"
            try await cluster.apply(
                "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: \(service)}",
                in: .services
            )
            try await cluster.apply(Self.web, in: .deployments)
            try await cluster.apply(Self.claim("data", className: nil), in: .persistentVolumeClaims)
            try await cluster.apply(Self.job(image: "succeeds", "completions: 2"), in: .jobs)
            try await cluster.apply(AutoscalerTests.autoscaler, in: .horizontalPodAutoscalers)
            try await cluster.until(.deployments, "web", Self.isRolledOut(3))
            try await cluster.until(.jobs, "once") { Conditions($0.status["conditions"]).isTrue("Complete") }
            try await cluster.untilQuiet()
        }
    }

    private static func ready(_ slices: [KubeObject]) -> [JSON] {
        slices.filter { $0.labels["kubernetes.io/service-name"] == "web" }
            .flatMap { $0["endpoints"].array ?? [] }
            .filter { $0["conditions"]["ready"] == true }
    }

    @Test func deletedPodIsReplacedOnce() async throws {
        try await Cluster.run { cluster in
            try await cluster.apply(Self.web, in: .deployments)
            try await cluster.until(.deployments, "web", Self.isRolledOut(3))
            for _ in 0..<10 {
                let pods = try await cluster.api.list(.pods).items
                let victim = try #require(pods.first { !$0.isTerminating })
                try await cluster.api.delete(.pods, victim.key)
                try await cluster.until(.pods) { pods in
                    #expect(pods.count { !$0.isTerminating } <= 3, "never more than wanted")
                    return pods.count == 3 && pods.allSatisfy { Pod($0).isServing }
                }
            }
        }
    }

    @Test func foregroundDeletionWaitsForThePods() async throws {
        try await Cluster.run { cluster in
            try await cluster.apply(Self.web, in: .deployments)
            try await cluster.until(.deployments, "web", Self.isRolledOut(3))
            let key = ObjectKey(namespace: "default", name: "web")
            try await cluster.api.delete(.deployments, key, DeleteOptions(propagation: .foreground))
            try await cluster.untilGone(.deployments, "web")
            #expect(try await cluster.api.list(.pods).items.isEmpty)
            #expect(try await cluster.api.list(.replicaSets).items.isEmpty)
        }
    }

    @Test func orphansStayAndAreAdoptedAgain() async throws {
        try await Cluster.run { cluster in
            try await cluster.apply(Self.web, in: .deployments)
            try await cluster.until(.deployments, "web", Self.isRolledOut(3))
            let pods = try await cluster.api.list(.pods).items.map(\.uid)
            let key = ObjectKey(namespace: "default", name: "web")
            try await cluster.api.delete(.deployments, key, DeleteOptions(propagation: .orphan))
            try await cluster.untilGone(.deployments, "web")
            try await cluster.until(.replicaSets) { $0.count == 1 && $0[0].ownerReferences.isEmpty }
            let again = try await cluster.apply(Self.web, in: .deployments)
            try await cluster.until(.replicaSets) { $0.count == 1 && $0[0].controller?.uid == again.uid }
            try await cluster.until(.deployments, "web", Self.isRolledOut(3))
            #expect(try await cluster.api.list(.pods).items.map(\.uid) == pods)
        }
    }

    static func job(image: String, _ spec: String) -> String {
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: once}
        spec:
          {\(spec), template: {spec: {restartPolicy: Never, containers: [{name: c, image: \(image)}]}}}
        """
    }

    @Test func jobSucceedsAndGoesAfterItsTime() async throws {
        let time = TestTime()
        try await Cluster.run(time: time) { cluster in
            let made = try await cluster.apply(
                Self.job(image: "succeeds", "parallelism: 2, completions: 3, ttlSecondsAfterFinished: 10"),
                in: .jobs
            )
            let job = try await cluster.until(.jobs, "once") { Conditions($0.status["conditions"]).isTrue("Complete") }
            #expect(job.status["succeeded"] == 3 && job.status["active"].isNull)
            let pods = try await cluster.api.list(.pods).items
            #expect(pods.count == 3)
            #expect(pods.allSatisfy { $0.labels["batch.kubernetes.io/controller-uid"] == made.uid })
            async let gone: Void = cluster.untilGone(.jobs, "once")
            async let empty = cluster.until(.pods) { $0.isEmpty }
            let clock = Task { try await time.run() }
            _ = try await (gone, empty)
            clock.cancel()
        }
    }

    @Test func failingJobBacksOffAndFails() async throws {
        let time = TestTime()
        try await Cluster.run(time: time) { cluster in
            try await cluster.apply(Self.job(image: "fails", "backoffLimit: 2"), in: .jobs)
            let clock = Task { try await time.run() }
            let job = try await cluster.until(.jobs, "once") { Conditions($0.status["conditions"]).isTrue("Failed") }
            clock.cancel()
            #expect(job.status["failed"] == 3)
            let reason = Conditions(job.status["conditions"])["Failed"]["reason"]
            #expect(reason == "BackoffLimitExceeded")
            let starts = try await cluster.api.list(.pods).items.compactMap(\.creationTime).sorted()
            #expect((starts[1] - starts[0]).seconds >= 10 && (starts[2] - starts[1]).seconds >= 20)
        }
    }

    @Test func claimIsBoundUsedAndLetGo() async throws {
        try await Cluster.run { cluster in
            var volume = KubeObject(.persistentVolumes, kind: "PersistentVolume", name: "pv1")
            volume.spec = [
                "storageClassName": "manual", "capacity": ["storage": "5Gi"], "accessModes": ["ReadWriteOnce"],
                "hostPath": ["path": "/tmp/models"],
            ]
            _ = try await cluster.api.create(.persistentVolumes, volume)
            try await cluster.until(.persistentVolumes, "pv1") { $0.status["phase"] == "Available" }
            try await cluster.apply(Self.claim("data", className: "manual"), in: .persistentVolumeClaims)
            try await cluster.until(.persistentVolumeClaims, "data") { $0.status["phase"] == "Bound" }
            try await cluster.until(.persistentVolumes, "pv1") { $0.status["phase"] == "Bound" }
            try await cluster.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: reader}
                spec:
                  containers: [{name: c, image: nginx}]
                  volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]
                """,
                in: .pods
            )
            try await cluster.until(.pods, "reader") { Pod($0).isServing }
            let key = ObjectKey(namespace: "default", name: "data")
            try await cluster.api.delete(.persistentVolumeClaims, key)
            #expect(try await cluster.api.get(.persistentVolumeClaims, key).isTerminating)
            try await cluster.api.delete(.pods, ObjectKey(namespace: "default", name: "reader"))
            try await cluster.untilGone(.persistentVolumeClaims, "data")
            try await cluster.until(.persistentVolumes, "pv1") { $0.status["phase"] == "Released" }
        }
    }

    static func claim(_ name: String, className: String?) -> String {
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: \(name)}
        spec:
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: 5Gi}}
          \(className.map { "storageClassName: \($0)" } ?? "")
        """
    }

    @Test func claimWithoutClassGetsAFolderThatGoesWithIt() async throws {
        let removed = Mutex<[String]>([])
        try await Cluster.run(removeFolder: { path in removed.withLock { $0.append(path) } }) { cluster in
            let claim = try await cluster.apply(Self.claim("data", className: nil), in: .persistentVolumeClaims)
            try await cluster.until(.persistentVolumeClaims, "data") { $0.status["phase"] == "Bound" }
            let volume = try await cluster.until(.persistentVolumes, "pvc-\(claim.uid)") {
                $0.status["phase"] == "Bound"
            }
            #expect(volume.spec["storageClassName"] == "standard")
            try await cluster.api.delete(.persistentVolumeClaims, claim.key)
            try await cluster.untilGone(.persistentVolumes, volume.name)
            #expect(removed.withLock { $0 } == [volume.spec["hostPath"]["path"].string])
        }
    }

    @Test func namespaceIsFurnishedAndEmptied() async throws {
        try await Cluster.run { cluster in
            _ = try await cluster.api.create(.namespaces, KubeObject(.namespaces, kind: "Namespace", name: "team"))
            try await cluster.until(.serviceAccounts) { $0.contains { $0.namespace == "team" && $0.name == "default" } }
            try await cluster.until(.configMaps) {
                $0.contains { $0.namespace == "team" && $0["data"]["ca.crt"] == "(PEM)" }
            }
            try await cluster.apply(
                Self.web.replacing("{name: web}", with: "{name: web, namespace: team}"),
                in: .deployments
            )
            try await cluster.until(.deployments, "web", Self.isRolledOut(3))
            try await cluster.api.delete(.namespaces, ObjectKey(name: "team"))
            try await cluster.untilGone(.namespaces, "team")
            #expect(try await cluster.api.list(.pods).items.isEmpty)
        }
    }

    @Test func podWithoutARoomWaitsAndIsToldWhy() async throws {
        try await Cluster.run { cluster in
            try await cluster.merge(.nodes, "node1", ["spec": ["unschedulable": true]], namespace: nil)
            try await cluster.apply(
                "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: nginx}]}}",
                in: .pods
            )
            let pod = try await cluster.until(.pods, "p") {
                !Conditions($0.status["conditions"])["PodScheduled"].isNull
            }
            let condition = Conditions(pod.status["conditions"])["PodScheduled"]
            #expect(condition["status"] == "False" && condition["reason"] == "Unschedulable")
            #expect(condition["message"] == "0/1 nodes are available: 1 node(s) were unschedulable.")
            try await cluster.merge(.nodes, "node1", ["spec": ["unschedulable": .null]], namespace: nil)
            try await cluster.until(.pods, "p") { Pod($0).isServing }
        }
    }
}

extension Pod {
    fileprivate var isServing: Bool {
        !object.isTerminating && Conditions(object.status["conditions"]).isTrue("Ready")
    }
}

extension TestTime {
    /// Lets time pass, a second at a go, until the task is cancelled.
    fileprivate func run() async throws {
        while true {
            try Task.checkCancellation()
            advance(by: .seconds(1))
            await Task.yield()
        }
    }
}
