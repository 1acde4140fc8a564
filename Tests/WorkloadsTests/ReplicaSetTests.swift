import Base
import KubeModel
import Testing
import Workloads

/// A ReplicaSet that wants this many pods.
private func replicaSet(_ replicas: Int, minReadySeconds: Int? = nil) -> KubeObject {
    var set = KubeObject(.replicaSets, kind: "ReplicaSet", namespace: "default", name: "web-1")
    set.metadata["uid"] = "rs"
    set.metadata["generation"] = 3
    set.spec = [
        "replicas": .int(Int64(replicas)), "selector": ["matchLabels": ["app": "web"]], "template": template(),
    ]
    set.spec["minReadySeconds"] = JSON(minReadySeconds)
    return set
}

struct ReplicaSetPlanTests {
    @Test func missingPodsAreCountedWithoutThoseThatEnd() {
        let pods = [
            makePod("a"), makePod("b", phase: "Failed", ready: false), terminating(makePod("c")),
        ].map { Pod($0) }
        #expect(ReplicaSetPlan.decide(replicaSet(3), pods: pods) == ReplicaSetPlan(missing: 2))
        #expect(ReplicaSetPlan.decide(terminating(replicaSet(3)), pods: pods) == ReplicaSetPlan())
        #expect(ReplicaSetPlan.decide(replicaSet(9999), pods: []).missing == ReplicaSetPlan.stepMax)
    }

    @Test func whatServesLeastIsGivenUpFirst() {
        let pods = [
            makePod("old", readyAt: start),
            makePod("newly-ready", readyAt: start + .seconds(60)),
            makePod("not-ready", ready: false),
            makePod("pending", phase: "Pending", ready: false),
            makePod("unassigned", phase: "Pending", ready: false, node: nil),
            makePod("cheap").with {
                $0.metadata[path: ["annotations", "controller.kubernetes.io/pod-deletion-cost"]] = "-5"
            },
            makePod("restarted").with { $0.status["containerStatuses"] = [["restartCount": 4]] },
        ]
        let order = Pod.givenUpFirst(pods.map { Pod($0) }).map(\.name)
        #expect(order == ["unassigned", "pending", "not-ready", "cheap", "newly-ready", "restarted", "old"])
        let plan = ReplicaSetPlan.decide(replicaSet(5), pods: pods.map { Pod($0) })
        #expect(plan.surplus.map(\.name) == ["unassigned", "pending"])
    }

    @Test func claimsFollowTheSelector() {
        let owner = replicaSet(1)
        let other = replicaSet(1).with { $0.metadata["uid"] = "else" }
        let pods = [
            makePod("mine", owner: owner),
            makePod("stray"),
            makePod("relabelled", owner: owner, labels: ["app": "debug"]),
            makePod("others", owner: other),
            makePod("unrelated", labels: [:]),
            terminating(makePod("going")),
        ]
        let claims = Claims.decide(owner, selector: LabelSelector(matchLabels: ["app": "web"]), pods)
        #expect(claims.owned.map(\.name) == ["mine"])
        #expect(claims.adopted.map(\.name) == ["stray"])
        #expect(claims.released.map(\.name) == ["relabelled"])
    }
}

struct ReplicaSetStatusTests {
    @Test func countsAreThoseOfARealCluster() throws {
        let set = try settled("replicasets", item: 0)
        let pod = Pod(try settled("pods_of_d", item: 0))
        let status = ReplicaSetStatus(set, pods: [pod], failure: nil, now: start)
        #expect(status.json == set.status)
    }

    @Test func podIsAvailableOnlyAfterItsTime() {
        let pods = [Pod(makePod("a")), Pod(makePod("b", readyAt: start + .seconds(4)))]
        let set = replicaSet(2, minReadySeconds: 10)
        let early = ReplicaSetStatus(set, pods: pods, failure: nil, now: start + .seconds(5))
        #expect(early.json["readyReplicas"] == 2 && early.json["availableReplicas"].isNull)
        #expect(early.recheck == .seconds(5))
        let late = ReplicaSetStatus(set, pods: pods, failure: nil, now: start + .seconds(10))
        #expect(late.json["availableReplicas"] == 1 && late.recheck == .seconds(4))
    }

    @Test func refusedPodsAreTold() {
        let failure = ReplicaSetStatus.Failure(reason: "FailedCreate", message: "quota")
        let status = ReplicaSetStatus(replicaSet(1), pods: [], failure: failure, now: start)
        #expect(status.json["conditions"][0]["reason"] == "FailedCreate")
        #expect(status.json["replicas"] == 0)
    }
}

struct ExpectationsTests {
    private let owner = ObjectKey(namespace: "default", name: "web-1")
    private let now = Instant(nanoseconds: 0)

    @Test func cacheIsNotBelievedBeforeItShowsWhatWasWritten() {
        var open = Expectations()
        open.expectCreation(of: "a", for: owner, at: now)
        open.expectDeletion(of: "b", for: owner, at: now)
        #expect(open.wait(for: owner, at: now) == Expectations.patience)
        open.observe(makePod("a"), isGone: false, of: owner)
        #expect(open.wait(for: owner, at: now) != nil)
        open.observe(makePod("b"), isGone: false, of: owner)
        #expect(open.wait(for: owner, at: now) != nil, "b is still there")
        open.observe(terminating(makePod("b")), isGone: false, of: owner)
        #expect(open.wait(for: owner, at: now) == nil)
    }

    @Test func whatIsNeverShownIsForgottenInTheEnd() {
        var open = Expectations()
        open.expectCreation(of: "a", for: owner, at: now)
        #expect(open.wait(for: owner, at: now + .seconds(59)) == .seconds(1))
        #expect(open.wait(for: owner, at: now + .seconds(60)) == nil)
        open.expectCreation(of: "b", for: owner, at: now + .seconds(61))
        open.observe(makePod("b"), isGone: true, of: owner)
        #expect(open.wait(for: owner, at: now + .seconds(61)) == nil, "a pod that came and went was seen")
    }
}
