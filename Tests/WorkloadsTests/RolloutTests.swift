import Base
import KubeModel
import Testing
import Workloads

struct RolloutBoundsTests {
    struct Case: CustomTestStringConvertible {
        let surge: JSON
        let unavailable: JSON
        let replicas: Int
        let wanted: RolloutBounds
        var testDescription: String { "\(surge.text) \(unavailable.text) of \(replicas)" }

        init(_ surge: JSON, _ unavailable: JSON, of replicas: Int, _ maxSurge: Int, _ maxUnavailable: Int) {
            self.surge = surge
            self.unavailable = unavailable
            self.replicas = replicas
            wanted = RolloutBounds(maxSurge: maxSurge, maxUnavailable: maxUnavailable)
        }
    }

    @Test(arguments: [
        Case("25%", "25%", of: 1, 1, 0),
        Case("25%", "25%", of: 3, 1, 0),
        Case("25%", "25%", of: 4, 1, 1),
        Case("25%", "25%", of: 10, 3, 2),
        Case(0, 1, of: 3, 0, 1),
        Case(0, "10%", of: 3, 0, 1),
        Case(2, 0, of: 3, 2, 0),
        Case(1, 5, of: 3, 1, 3),
    ])
    func surgeRoundsUpAndUnavailableDown(_ c: Case) {
        let strategy: JSON = [
            "type": "RollingUpdate", "rollingUpdate": ["maxSurge": c.surge, "maxUnavailable": c.unavailable],
        ]
        #expect(RolloutBounds(strategy: strategy, replicas: c.replicas) == c.wanted)
    }
}

/// A Deployment with its ReplicaSets, whose pods come and go by chance.
struct RolloutWorld {
    var deployment: KubeObject
    var sets: [KubeObject] = []
    var random: SeededGenerator
    var now = start
    private var made = 0

    init(replicas: Int, strategy: JSON, seed: UInt64) {
        deployment = KubeObject(.deployments, kind: "Deployment", namespace: "default", name: "web")
        deployment.metadata["uid"] = "d"
        deployment.metadata["generation"] = 1
        deployment.spec = [
            "replicas": .int(Int64(replicas)), "strategy": strategy, "selector": ["matchLabels": ["app": "web"]],
            "template": template(), "progressDeadlineSeconds": 600, "revisionHistoryLimit": 2,
        ]
        random = SeededGenerator(seed: seed)
    }

    mutating func change(_ edit: (inout JSON) -> Void) {
        edit(&deployment.spec)
        deployment.metadata["generation"] = .int(Int64(deployment.generation + 1))
    }

    var plan: DeploymentPlan {
        DeploymentPlan.decide(
            Deployment(deployment),
            sets: sets.map { ReplicaSet($0) },
            hasPods: { ($0.object.status["replicas"].int ?? 0) > 0 },
            now: now
        )
    }

    /// Does what the controller would do now.
    mutating func reconcile() -> DeploymentPlan {
        let plan = plan
        for step in plan.steps {
            switch step {
            case .create(let set):
                made += 1
                sets.append(
                    set.object.with {
                        $0.metadata["uid"] = .string("rs\(made)")
                        $0.metadata["generation"] = 1
                        $0.metadata["creationTimestamp"] = .string((start + .seconds(made)).rfc3339)
                    }
                )
            case .update(let set, _):
                sets = sets.map { $0.uid == set.object.uid ? set.object : $0 }
            case .delete(let set):
                sets.removeAll { $0.uid == set.object.uid }
            }
        }
        deployment.status = plan.status
        if let revision = plan.revision {
            deployment.metadata[path: ["annotations", "deployment.kubernetes.io/revision"]] = .string("\(revision)")
        }
        now = now + .milliseconds(100)
        return plan
    }

    /// Lets one ReplicaSet's pods move on a little.
    mutating func advance() {
        guard let index = sets.indices.randomElement(using: &random) else { return }
        var status = sets[index].status
        let wanted = sets[index].spec["replicas"].int ?? 0
        let current = wanted
        let was = status["availableReplicas"].int ?? 0
        let available = min(current, was + Int.random(in: 0...2, using: &random))
        status["replicas"] = .int(Int64(current))
        status["readyReplicas"] = .int(Int64(available))
        status["availableReplicas"] = .int(Int64(available))
        status["observedGeneration"] = 1
        sets[index].status = status
    }

    var wanted: Int { sets.reduce(0) { $0 + ($1.spec["replicas"].int ?? 0) } }
    /// Pods that serve and that nobody has asked to end.
    var available: Int {
        sets.reduce(0) { $0 + min($1.spec["replicas"].int ?? 0, $1.status["availableReplicas"].int ?? 0) }
    }

    func condition(_ type: String) -> JSON { Conditions(deployment.status["conditions"])[type] }

    /// Runs until the rollout is complete, or `steps` have been taken.
    mutating func settle(steps: Int = 400, check: (RolloutWorld) -> Void = { _ in }) {
        for _ in 0..<steps {
            _ = reconcile()
            check(self)
            if condition("Progressing")["reason"] == "NewReplicaSetAvailable", plan.steps.isEmpty { return }
            advance()
        }
    }
}

struct RollingUpdateTests {
    private static func strategy(_ surge: JSON, _ unavailable: JSON) -> JSON {
        ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": surge, "maxUnavailable": unavailable]]
    }

    @Test(arguments: 0..<60)
    func neverTooManyAndNeverTooFew(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let replicas = Int.random(in: 1...12, using: &random)
        let (surge, unavailable) = (Int.random(in: 0...3, using: &random), Int.random(in: 0...3, using: &random))
        var world = RolloutWorld(
            replicas: replicas,
            strategy: Self.strategy(.int(Int64(surge)), .int(Int64(unavailable))),
            seed: UInt64(seed)
        )
        world.settle()
        let bounds = Deployment(world.deployment).bounds
        for image in ["nginx:2", "nginx:3"] {
            world.change { $0["template"] = template(image: image) }
            // The second change comes in the middle of the first rollout.
            world.settle(steps: image == "nginx:2" ? 5 : 400) { world in
                #expect(world.wanted <= replicas + bounds.maxSurge, "seed \(seed)")
                #expect(world.available >= replicas - bounds.maxUnavailable, "seed \(seed)")
            }
        }
        #expect(world.condition("Progressing")["reason"] == "NewReplicaSetAvailable", "seed \(seed)")
        #expect(world.sets.count { $0.spec["replicas"] != 0 } == 1 && world.wanted == replicas, "seed \(seed)")
        #expect(world.deployment.status["availableReplicas"].int == replicas)
        #expect(world.deployment.annotations["deployment.kubernetes.io/revision"] == "3")
    }

    @Test func scalingInTheMiddleOfARolloutKeepsTheShares() {
        var world = RolloutWorld(replicas: 10, strategy: Self.strategy(3, 2), seed: 7)
        world.settle()
        world.change { $0["template"] = template(image: "nginx:2") }
        _ = world.reconcile()
        _ = world.reconcile()
        #expect(world.sets.map { $0.spec["replicas"].int } == [8, 5])
        world.change { $0["replicas"] = 15 }
        _ = world.reconcile()
        // The example of Kubernetes' documentation: five more, three for the old and two for the new.
        #expect(world.sets.map { $0.spec["replicas"].int } == [11, 7])
        world.settle()
        #expect(world.wanted == 15 && world.sets.count { $0.spec["replicas"] != 0 } == 1)
    }

    @Test func recreateWaitsForTheLastOldPod() {
        var world = RolloutWorld(replicas: 2, strategy: ["type": "Recreate"], seed: 1)
        world.settle()
        world.change { $0["template"] = template(image: "nginx:2") }
        _ = world.reconcile()
        #expect(world.sets.map { $0.spec["replicas"].int } == [0])
        _ = world.reconcile()
        #expect(world.sets.count == 1, "a pod of the old template still runs")
        world.advance()
        _ = world.reconcile()
        #expect(world.sets.map { $0.spec["replicas"].int } == [0, 2])
    }

    @Test func pausedDeploymentScalesButDoesNotRoll() {
        var world = RolloutWorld(replicas: 2, strategy: Self.strategy(1, 0), seed: 1)
        world.settle()
        world.change {
            $0["paused"] = true
            $0["template"] = template(image: "nginx:2")
            $0["replicas"] = 4
        }
        _ = world.reconcile()
        #expect(world.sets.map { $0.spec["replicas"].int } == [4])
        #expect(world.condition("Progressing")["reason"] == "DeploymentPaused")
        world.change { $0["paused"] = .null }
        world.settle()
        #expect(world.sets.count == 2 && world.condition("Progressing")["status"] == "True")
    }

    @Test func undoMakesTheOldReplicaSetTheNewestRevision() {
        var world = RolloutWorld(replicas: 1, strategy: Self.strategy(1, 0), seed: 1)
        world.settle()
        world.change { $0["template"] = template(image: "nginx:2") }
        world.settle()
        world.change { $0["template"] = template() }
        world.settle()
        let revisions = world.sets.map { $0.annotations["deployment.kubernetes.io/revision"] }
        #expect(revisions == ["3", "2"])
        #expect(world.sets[0].annotations["deployment.kubernetes.io/revision-history"] == "1")
        #expect(world.sets.map { $0.spec["replicas"].int } == [1, 0])
    }

    @Test func historyIsKeptWithinItsLimit() {
        var world = RolloutWorld(replicas: 1, strategy: Self.strategy(1, 0), seed: 1)
        for version in 1...6 {
            world.change { $0["template"] = template(image: "nginx:\(version)") }
            world.settle()
        }
        let images = world.sets.map { $0.spec["template"]["spec"]["containers"][0]["image"].string }
        #expect(images == ["nginx:4", "nginx:5", "nginx:6"])
    }

    @Test func aRolloutThatMakesNoProgressIsTold() {
        var world = RolloutWorld(replicas: 1, strategy: Self.strategy(1, 0), seed: 1)
        let first = world.reconcile()
        #expect(world.condition("Progressing")["reason"] == "NewReplicaSetCreated")
        #expect(first.recheck == .seconds(601))
        world.now = world.now + .seconds(599)
        _ = world.reconcile()
        #expect(world.condition("Progressing")["status"] == "True")
        world.now = world.now + .seconds(2)
        _ = world.reconcile()
        let told = world.condition("Progressing")
        #expect(told["status"] == "False" && told["reason"] == "ProgressDeadlineExceeded")
        #expect(told["message"].string == "ReplicaSet \"\(world.sets[0].name)\" has timed out progressing.")
        world.settle()
        #expect(world.condition("Progressing")["reason"] == "NewReplicaSetAvailable")
    }
}

struct DeploymentGoldenTests {
    @Test func whatARealClusterHadSettledStaysAsItIs() throws {
        let deployment = try settled("deployment")
        let set = try settled("replicasets", item: 0)
        let plan = DeploymentPlan.decide(
            Deployment(deployment),
            sets: [ReplicaSet(set)],
            hasPods: { _ in true },
            now: start
        )
        #expect(plan.steps.isEmpty)
        #expect(plan.status == deployment.status)
        #expect(plan.revision == 1)
    }

    @Test func theFirstReplicaSetHasTheShapeOfARealOne() throws {
        let golden = try settled("replicasets", item: 0)
        let plan = DeploymentPlan.decide(
            Deployment(try settled("deployment").with { $0.status = .emptyObject }),
            sets: [],
            hasPods: { _ in false },
            now: start
        )
        guard case .create(let set) = try #require(plan.steps.first) else {
            Issue.record("the first step makes the ReplicaSet")
            return
        }
        let hash = try #require(set.object.labels["pod-template-hash"])
        #expect(set.object.name == "d-\(hash)")
        // Its own letters in place of the golden ones, it is the same object but for what the server adds.
        let text = golden.json.text.replacing("5f66b965cd", with: hash)
        var wanted = KubeObject(try JSON.parse(Array(text.utf8)))
        wanted["status"] = .null
        for member in ["uid", "resourceVersion", "generation", "creationTimestamp"] { wanted.metadata[member] = .null }
        #expect(set.object == wanted)
    }
}
