import Base
import KubeModel
import Testing
import Workloads

private func makeVolume(
    _ name: String,
    _ capacity: String = "1Gi",
    className: String? = "manual",
    modes: [String] = ["ReadWriteOnce"]
) -> KubeObject {
    var volume = KubeObject(.persistentVolumes, kind: "PersistentVolume", name: name)
    volume.spec = ["capacity": ["storage": .string(capacity)], "accessModes": JSON(modes)]
    volume.spec["storageClassName"] = JSON(className)
    return volume
}

private func makeClaim(_ size: String = "1Gi", className: String? = "manual") -> KubeObject {
    var claim = KubeObject(.persistentVolumeClaims, kind: "PersistentVolumeClaim", namespace: "default", name: "data")
    claim.metadata["uid"] = "c"
    claim.metadata["finalizers"] = ["kubernetes.io/pvc-protection"]
    claim.spec = ["accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": .string(size)]]]
    claim.spec["storageClassName"] = JSON(className)
    claim.status = ["phase": "Pending"]
    return claim
}

/// A volume promised to a claim of this name and uid.
private func promised(_ volume: KubeObject, to name: String, uid: String?) -> KubeObject {
    volume.with {
        $0.spec["claimRef"] = ["namespace": "default", "name": .string(name)]
        $0.spec[path: ["claimRef", "uid"]] = JSON(uid)
    }
}

struct ClaimPlanTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        var claim = makeClaim()
        var volumes: [KubeObject] = []
        var classes: [KubeObject] = []
        var isUsed = false
        let wanted: String

        /// What was decided, in a word.
        static func word(_ plan: ClaimPlan) -> String {
            switch plan {
            case .rest: "rest"
            case .bind(let volume): "bind \(volume.name)"
            case .provision(let storageClass): "provision \(storageClass.name)"
            case .adoptClass(let name): "adopt \(name)"
            case .wait(let reason, _, _): reason
            case .lost: "lost"
            case .release: "release"
            }
        }
    }

    private static let standard = HostPathClass.makeStorageClass()
    private static let foreign = KubeObject(
        ResourceID("storage.k8s.io", "v1", "storageclasses"),
        kind: "StorageClass",
        name: "cloud"
    ).with { $0["provisioner"] = "disk.example" }

    @Test(arguments: [
        Case(
            testDescription: "smallest that suffices",
            volumes: [makeVolume("big", "9Gi"), makeVolume("fits", "2Gi"), makeVolume("small", "500Mi")],
            wanted: "bind fits"
        ),
        Case(
            testDescription: "class must agree",
            volumes: [makeVolume("v", className: nil)],
            classes: [standard],
            wanted: "ProvisioningFailed"
        ),
        Case(
            testDescription: "modes must be there",
            claim: makeClaim().with { $0.spec["accessModes"] = ["ReadWriteMany"] },
            volumes: [makeVolume("v")],
            wanted: "ProvisioningFailed"
        ),
        Case(
            testDescription: "labels must match",
            claim: makeClaim().with { $0.spec["selector"] = ["matchLabels": ["type": "fast"]] },
            volumes: [makeVolume("v")],
            wanted: "ProvisioningFailed"
        ),
        Case(
            testDescription: "promised by name",
            volumes: [makeVolume("a"), promised(makeVolume("b", "9Gi"), to: "data", uid: nil)],
            wanted: "bind b"
        ),
        Case(
            testDescription: "promised to another",
            volumes: [promised(makeVolume("b"), to: "other", uid: nil)],
            wanted: "ProvisioningFailed"
        ),
        Case(
            testDescription: "promised to one of the same name before",
            volumes: [promised(makeVolume("b"), to: "data", uid: "old")],
            wanted: "ProvisioningFailed"
        ),
        Case(
            testDescription: "asked for by name",
            claim: makeClaim().with { $0.spec["volumeName"] = "b" },
            volumes: [makeVolume("a"), makeVolume("b", className: nil)],
            wanted: "bind b"
        ),
        Case(
            testDescription: "without class, a volume without class",
            claim: makeClaim(className: nil),
            volumes: [makeVolume("v", className: nil)],
            classes: [standard],
            wanted: "bind v"
        ),
        Case(
            testDescription: "without class, the default one",
            claim: makeClaim(className: nil),
            volumes: [makeVolume("v")],
            classes: [standard],
            wanted: "adopt standard"
        ),
        Case(
            testDescription: "the default class makes a folder",
            claim: makeClaim(className: "standard"),
            classes: [standard],
            wanted: "provision standard"
        ),
        Case(testDescription: "no class at all", claim: makeClaim(className: nil), wanted: "FailedBinding"),
        Case(
            testDescription: "the empty class never provisions",
            claim: makeClaim(className: ""),
            classes: [standard],
            wanted: "FailedBinding"
        ),
        Case(
            testDescription: "somebody else provisions",
            claim: makeClaim(className: "cloud"),
            classes: [foreign],
            wanted: "ExternalProvisioning"
        ),
        Case(testDescription: "deleted while used", claim: terminating(makeClaim()), isUsed: true, wanted: "rest"),
        Case(testDescription: "deleted and unused", claim: terminating(makeClaim()), wanted: "release"),
        Case(
            testDescription: "volume gone",
            claim: makeClaim().with {
                $0.spec["volumeName"] = "v"; $0.metadata["annotations"] = ["pv.kubernetes.io/bind-completed": "yes"]
            },
            wanted: "lost"
        ),
    ])
    func decides(_ c: Case) {
        let plan = ClaimPlan.decide(c.claim, volumes: c.volumes, classes: c.classes, isUsed: c.isUsed)
        #expect(Case.word(plan) == c.wanted)
    }

    @Test func whatARealClusterHadBoundStaysAsItIs() throws {
        let (claim, volume) = (try settled("pvc_bound"), try settled("pv"))
        #expect(ClaimPlan.decide(claim, volumes: [volume], classes: [], isUsed: false) == .rest)
        #expect(VolumePlan.decide(volume, claim: claim) == .rest)
    }

    @Test func bindingWritesWhatARealClusterWrites() throws {
        let (claim, volume) = (try settled("pvc_bound"), try settled("pv"))
        let open = claim.with {
            $0.spec["volumeName"] = .null
            $0.metadata["annotations"] = .null
            $0.status = ["phase": "Pending"]
            $0.metadata["resourceVersion"] = volume.spec["claimRef"]["resourceVersion"]
        }
        let free = volume.with {
            $0.spec["claimRef"] = .null
            $0.metadata["annotations"] = .null
        }
        #expect(ClaimPlan.decide(open, volumes: [free], classes: [], isUsed: false) == .bind(volume: free))
        #expect(
            ClaimPlan.reserved(free, for: open)
                == volume.with { $0.metadata["annotations"] = ["pv.kubernetes.io/bound-by-controller": "yes"] }
        )
        let bound = ClaimPlan.bound(open, to: volume)
        #expect(bound.spec == claim.spec && bound.status == claim.status && bound.annotations == claim.annotations)
    }

    @Test func aClaimIsUsedByPodsThatHaveANodeAndNoEnd() {
        func user(_ name: String, phase: String = "Running", node: String? = "node1") -> KubeObject {
            makePod(name, phase: phase, node: node).with {
                $0.spec["volumes"] = [["name": "v", "persistentVolumeClaim": ["claimName": "data"]]]
            }
        }
        #expect(ClaimUse.isUsed(makeClaim(), by: [user("a")]))
        #expect(!ClaimUse.isUsed(makeClaim(), by: [makePod("b"), user("c", phase: "Succeeded"), user("d", node: nil)]))
    }
}

struct VolumePlanTests {
    private func plan(_ change: (inout KubeObject) -> Void, claim: KubeObject? = nil) -> VolumePlan {
        VolumePlan.decide(makeVolume("v").with(change), claim: claim)
    }

    @Test func phaseFollowsTheClaim() {
        #expect(plan { _ in } == .setPhase("Available"))
        #expect(plan { $0.spec["claimRef"] = ["name": "data"] } == .setPhase("Available"))
        #expect(plan({ $0.spec["claimRef"] = ["name": "data", "uid": "c"] }, claim: makeClaim()) == .setPhase("Bound"))
        #expect(plan { $0.spec["claimRef"] = ["name": "data", "uid": "c"] } == .setPhase("Released"))
        let remade = makeClaim().with { $0.metadata["uid"] = "c2" }
        #expect(plan({ $0.spec["claimRef"] = ["name": "data", "uid": "c"] }, claim: remade) == .setPhase("Released"))
    }

    @Test func onlyWhatWasMadeHereIsReclaimed() {
        let store = HostPathClass(folder: "/srv/volumes")
        let made = store.makeVolume(for: makeClaim(), HostPathClass.makeStorageClass()).with {
            $0.status["phase"] = "Released"
        }
        #expect(made.spec["hostPath"]["path"] == "/srv/volumes/pvc-c_default_data")
        #expect(VolumePlan.decide(made, claim: nil) == .reclaim)
        #expect(store.owns(made.spec["hostPath"]["path"].string ?? ""))
        #expect(!store.owns("/srv/volumes/pvc-x/../../etc") && !store.owns("/etc"))
        let byHand = promised(makeVolume("v"), to: "data", uid: "c").with {
            $0.spec["persistentVolumeReclaimPolicy"] = "Delete"
            $0.status["phase"] = "Released"
        }
        #expect(VolumePlan.decide(byHand, claim: nil) == .rest)
    }

    @Test func deletedVolumeStaysWhileBound() {
        let volume = terminating(promised(makeVolume("v"), to: "data", uid: "c")).with {
            $0.metadata["finalizers"] = ["kubernetes.io/pv-protection"]
        }
        #expect(VolumePlan.decide(volume, claim: makeClaim()) == .rest)
        #expect(VolumePlan.decide(volume, claim: nil) == .release)
    }
}
