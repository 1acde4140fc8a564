import Base
import KubeClient
import KubeModel
import Synchronization
import Testing

/// What the reconcilers do when the API is slow or refuses them.
@Suite(.timeLimit(.minutes(1))) struct TroubleTests {
    private static let key = ObjectKey(namespace: "default", name: "web")

    @Test func slowCacheNeverMakesAPodTwice() async throws {
        try await Cluster.run { cluster in
            cluster.tampered.hold(.pods)
            try await cluster.apply(ClusterTests.web, in: .deployments)
            try await cluster.until(.pods) { $0.count == 3 }
            try await cluster.merge(.deployments, "web", ["spec": ["replicas": 4]])
            let sets = try await cluster.until(.replicaSets) {
                $0.count == 1 && $0[0].spec["replicas"] == 4 && $0[0].status["observedGeneration"] == 2
            }
            #expect(sets[0].status["replicas"] == 0, "the cache shows none of the three")
            #expect(try await cluster.api.list(.pods).items.count == 3, "and yet none is made for the fourth")
            cluster.tampered.release()
            try await cluster.until(.deployments, "web", ClusterTests.isRolledOut(4))
            #expect(try await cluster.api.list(.pods).items.count == 4)
        }
    }

    @Test func refusedPodsAreToldAndComeLater() async throws {
        try await Cluster.run { cluster in
            cluster.tampered.judge { (verb, resource) throws(APIStatus) in
                if verb == .create, resource == .pods { throw .forbidden(.pods, "web", "exceeded quota") }
            }
            try await cluster.apply(ClusterTests.web, in: .deployments)
            let told = try await cluster.until(.deployments, "web") {
                Conditions($0.status["conditions"]).isTrue("ReplicaFailure")
            }
            let failure = Conditions(told.status["conditions"])["ReplicaFailure"]
            #expect(failure["reason"] == "FailedCreate")
            #expect(failure["message"] == "pods \"web\" is forbidden: exceeded quota")
            try await cluster.until(.events) { $0.contains { $0["reason"] == "FailedCreate" } }
            cluster.tampered.judge { (_, _) throws(APIStatus) in }
            let done = try await cluster.until(.deployments, "web", ClusterTests.isRolledOut(3))
            #expect(Conditions(done.status["conditions"])["ReplicaFailure"].isNull)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func everythingIsDoneInTheEndWhenAThirdOfTheWritesFails(_ seed: UInt64) async throws {
        // Trouble ends after forty refusals: a key that fails again and again waits longer each time, and a test cannot.
        let trouble = Mutex((random: SeededGenerator(seed: seed), refusals: 40))
        try await Cluster.run { cluster in
            cluster.tampered.judge { (_, resource) throws(APIStatus) in
                let dice = trouble.withLock { trouble in
                    guard trouble.refusals > 0 else { return 6 }
                    let dice = Int.random(in: 0..<6, using: &trouble.random)
                    if dice < 2 { trouble.refusals -= 1 }
                    return dice
                }
                if dice == 0 { throw .conflict(resource, "x") }
                if dice == 1 { throw APIStatus(.internalError, "the disk is on fire") }
            }
            try await cluster.apply(ClusterTests.web, in: .deployments)
            try await cluster.apply(ClusterTests.claim("data", className: nil), in: .persistentVolumeClaims)
            try await cluster.apply(ClusterTests.job(image: "succeeds", "completions: 3"), in: .jobs)
            try await cluster.until(.deployments, "web", ClusterTests.isRolledOut(3))
            try await cluster.until(.persistentVolumeClaims, "data") { $0.status["phase"] == "Bound" }
            let job = try await cluster.until(.jobs, "once") { Conditions($0.status["conditions"]).isTrue("Complete") }
            #expect(job.status["succeeded"] == 3)
            let image: JSON = ["spec": ["containers": [["name": "c", "image": "nginx:2"]]]]
            try await cluster.merge(.deployments, "web", ["spec": ["template": image]])
            try await cluster.until(.deployments, "web", ClusterTests.isRolledOut(3))
            try await cluster.api.delete(.deployments, Self.key, DeleteOptions(propagation: .foreground))
            try await cluster.untilGone(.deployments, "web")
            let left = try await cluster.api.list(.pods).items.filter { $0.labels["app"] == "web" }
            #expect(left.isEmpty, "seed \(seed)")
        }
    }
}
