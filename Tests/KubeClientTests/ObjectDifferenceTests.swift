import Base
import KubeClient
import KubeModel
import Testing

@Suite struct ObjectDifferenceTests {
    private func deployment(_ spec: JSON) -> KubeObject {
        var object = KubeObject(.deployments, kind: "Deployment", namespace: "default", name: "d")
        object.spec = spec
        return object
    }

    /// What a server makes of an object: defaults, allocated values, others' annotations.
    private func stored(_ wanted: KubeObject) -> KubeObject {
        var object = ObjectDifference.stamped(wanted)
        object.metadata["resourceVersion"] = "7"
        object.metadata[path: ["annotations", "deployment.kubernetes.io/revision"]] = "1"
        object.spec["replicas"] = 5
        object.spec["containers"] = [["name": "a", "image": "i", "imagePullPolicy": "Always"]]
        return object
    }

    private let wish: JSON = ["containers": [["name": "a", "image": "i"]], "limits": ["cpu": "1"]]

    @Test func defaultsAreNoDifference() {
        let wanted = deployment(wish)
        #expect(
            ObjectDifference.replacement(
                for: stored(wanted),
                by: ObjectDifference.stamped(wanted),
                carrying: ["replicas"]
            ) == nil
        )
    }

    @Test func aMemberThatIsNoLongerWantedGoes() {
        let current = stored(deployment(wish))
        let wanted = deployment(["containers": [["name": "a", "image": "i"]]])
        let next = ObjectDifference.replacement(
            for: current,
            by: ObjectDifference.stamped(wanted),
            carrying: ["replicas"]
        )
        #expect(next?.spec == ["containers": [["name": "a", "image": "i"]], "replicas": 5])
        #expect(next?.resourceVersion == "7")
        #expect(next?.annotations["deployment.kubernetes.io/revision"] == "1")
    }

    @Test func annotationsThatSteerGoWithTheWishForThem() {
        var current = stored(deployment(wish))
        for key in ["autoscaling.knative.dev/target", "roost.dev/sticky-header"] {
            current.metadata[path: ["annotations", key]] = "1"
        }
        let wanted = ObjectDifference.stamped(deployment(["limits": ["cpu": "2"]]))
        let next = ObjectDifference.replacement(for: current, by: wanted, carrying: [])
        #expect(next?.annotations.keys.sorted() == ["deployment.kubernetes.io/revision", "roost.dev/wanted"])
    }

    @Test func anothersChangeIsTakenBack() {
        let wanted = deployment(wish)
        var current = stored(wanted)
        current.spec["containers"] = [["name": "a", "image": "other"]]
        let next = ObjectDifference.replacement(for: current, by: ObjectDifference.stamped(wanted), carrying: [])
        #expect(next?.spec == wish)
    }

    @Test func quantitiesHaveSeveralSpellings() {
        let wanted = deployment(["cpu": "1000m"])
        var current = ObjectDifference.stamped(wanted)
        current.spec["cpu"] = "1"
        #expect(ObjectDifference.replacement(for: current, by: ObjectDifference.stamped(wanted), carrying: []) == nil)
    }
}
