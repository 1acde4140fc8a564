import APIServer
import Base
import KubeClient
import KubeModel
import TestKit
import Testing

struct RegistryTests {
    private let cm = ObjectKey(namespace: "default", name: "cm")

    private func refusal(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "accepted"
        } catch let status as APIStatus {
            return "\(status.code) \(status.message)"
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        (true, nil, true, ResourceType.Durability.processDeath), (true, nil, false, .powerLoss),
        (false, nil, true, .powerLoss), (false, "status", false, .processDeath),
    ])
    func whatIsDerivedNeedNotOutliveAPowerCut(
        isOwnPart: Bool,
        subresource: String?,
        isControlled: Bool,
        durability: ResourceType.Durability
    ) {
        var options = WriteOptions()
        options.isOwnPart = isOwnPart
        var object = KubeObject.configMap("c")
        if isControlled {
            object.setController(KubeObject(.services, kind: "Service", namespace: "default", name: "s"))
        }
        let type = ResourceType(.configMaps, kind: "ConfigMap", isNamespaced: true)
        #expect(options.durability(of: object, type, subresource: subresource) == durability)
    }

    @Test func createStampsMetadata() async throws {
        try await withRegistry { registry in
            var body = KubeObject([
                "metadata": ["name": "d", "generation": 7, "uid": "mine", "creationTimestamp": .null]
            ])
            body["spec"] = ["template": .emptyObject]
            body.status = ["replicas": 3]
            let made = try await registry.create(.deployments, namespace: "default", body).object
            #expect(made.kind == "Deployment" && made.apiVersion == "apps/v1" && made.namespace == "default")
            #expect(made.uid.count == 36 && made.creationTime != nil && made.generation == 1)
            #expect(made.status.isNull && made.spec["replicas"] == 1 && made.resourceVersion == "2")
            let read = try registry.get(.deployments, made.key)
            #expect(read == made)
        }
    }

    @Test func createRefusals() async throws {
        try await withRegistry { registry in
            _ = try await registry.create(.configMaps, namespace: "default", .configMap("cm"))
            func create(_ id: ResourceID, _ namespace: String?, _ json: JSON) async -> String {
                await refusal { _ = try await registry.create(id, namespace: namespace, KubeObject(json)) }
            }
            #expect(
                await create(.configMaps, "default", ["metadata": ["name": "cm"]])
                    == "409 configmaps \"cm\" already exists"
            )
            #expect(
                await create(.configMaps, "nons", ["metadata": ["name": "x"]]) == "404 namespaces \"nons\" not found"
            )
            #expect(
                await create(.configMaps, "default", ["metadata": .emptyObject])
                    == "422 ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required"
            )
            #expect(
                await create(.configMaps, "default", ["metadata": ["name": "x", "resourceVersion": "5"]])
                    == "500 resourceVersion should not be set on objects to be created"
            )
            #expect(
                await create(.configMaps, "default", ["metadata": ["name": "x", "namespace": "other"]])
                    == "400 the namespace of the provided object does not match the namespace sent on the request"
            )
            #expect(
                await create(.configMaps, "default", ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "x"]])
                    == "400 Secret in version \"v1\" cannot be handled as a ConfigMap: converting (v1.Secret) to "
                    + "(core.ConfigMap): unknown conversion"
            )
            #expect(
                await create(TestKinds.widgets, "default", ["apiVersion": "test.roost.dev/v2", "kind": "Widget"])
                    == "400 the API version in the data (test.roost.dev/v2) does not match the expected API version "
                    + "(test.roost.dev/v1)"
            )
            #expect(
                await create(.deployments, "default", ["metadata": ["name": "d"], "spec": ["replicas": -1]])
                    == "422 Deployment.apps \"d\" is invalid: spec.replicas: Invalid value: -1: must be greater than or "
                    + "equal to 0"
            )
        }
    }

    @Test func generatedNamesAreCompleted() async throws {
        try await withRegistry { registry in
            let made = try await registry.create(
                .configMaps,
                namespace: "default",
                KubeObject(["metadata": ["generateName": "gen-"]])
            )
            #expect(made.object.name.hasPrefix("gen-") && made.object.name.count == 9)
        }
    }

    @Test func noOpWritesKeepTheVersion() async throws {
        try await withRegistry { registry in
            let made = try await registry.create(.configMaps, namespace: "default", .configMap("cm", ["a": "1"])).object
            let events = try registry.watch(
                .configMaps,
                namespace: nil,
                ListOptions(resourceVersion: made.resourceVersion)
            )
            let patched = try await registry.patch(.configMaps, cm, .merge(["data": ["a": "1"]]))
            let replaced = try await registry.update(.configMaps, cm, .configMap("cm", ["a": "1"]))
            #expect(patched.object == made && replaced.object == made)
            let changed = try await registry.patch(.configMaps, cm, .merge(["data": ["a": "2"]])).object
            _ = try await registry.delete(.configMaps, cm)
            var seen: [String] = []
            for try await event in events {
                seen.append("\(event.summary) \(event.object?["data"]["a"].string ?? "")")
                if seen.count == 2 { break }
            }
            #expect(seen == ["MODIFIED cm 2", "DELETED cm 2"] && changed.resourceVersion == "3")
        }
    }

    @Test func updateConcurrency() async throws {
        try await withRegistry { registry in
            let made = try await registry.create(.configMaps, namespace: "default", .configMap("cm")).object
            var stale = made
            stale.metadata["resourceVersion"] = "1"
            let conflict =
                "409 Operation cannot be fulfilled on configmaps \"cm\": the object has been modified; please apply "
                + "your changes to the latest version and try again"
            #expect(await refusal { _ = try await registry.update(.configMaps, cm, stale) } == conflict)
            let patch = Patch.merge(["metadata": ["resourceVersion": "1"], "data": ["a": "1"]])
            #expect(await refusal { _ = try await registry.patch(.configMaps, cm, patch) } == conflict)
            _ = try await registry.update(.configMaps, cm, .configMap("cm", ["free": "yes"]))
            let nope = ObjectKey(namespace: "default", name: "nope")
            #expect(
                await refusal { _ = try await registry.update(.configMaps, nope, .configMap("nope")) }
                    == "404 configmaps \"nope\" not found"
            )
            #expect(
                await refusal { _ = try await registry.update(.configMaps, cm, .configMap("other")) }
                    == "400 the name of the object (other) does not match the name on the URL (cm)"
            )
            var widget = KubeObject(TestKinds.widgets, kind: "Widget", namespace: "default", name: "w")
            _ = try await registry.create(TestKinds.widgets, namespace: "default", widget)
            widget["spec"] = ["a": 1]
            #expect(
                await refusal { _ = try await registry.update(TestKinds.widgets, widget.key, widget) }
                    == "422 widgets.test.roost.dev \"w\" is invalid: metadata.resourceVersion: Invalid value: 0: must be "
                    + "specified for an update"
            )
        }
    }

    @Test func manyPatchersAllGetThrough() async throws {
        try await withRegistry { registry in
            _ = try await registry.create(.configMaps, namespace: "default", .configMap("cm"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<10 {
                    group.addTask {
                        _ = try await registry.patch(.configMaps, cm, .merge(["data": ["k\(index)": "x"]]))
                    }
                }
                try await group.waitForAll()
            }
            #expect(try registry.get(.configMaps, cm)["data"].object?.count == 10)
        }
    }

    @Test func statusAndSpecAreApart() async throws {
        try await withRegistry { registry in
            let body = KubeObject(.deployments, kind: "Deployment", namespace: "default", name: "d")
            let made = try await registry.create(.deployments, namespace: "default", body).object
            var changed = made
            changed.spec["replicas"] = 5
            changed.status = ["replicas": 9]
            let status = try await registry.update(.deployments, made.key, changed, subresource: "status").object
            #expect(status.spec["replicas"] == 1 && status.status["replicas"] == 9 && status.generation == 1)
            changed.metadata["resourceVersion"] = .null
            changed.status = .null
            let main = try await registry.update(.deployments, made.key, changed).object
            #expect(main.spec["replicas"] == 5 && main.status["replicas"] == 9 && main.generation == 2)
            let noted = try await registry.patch(
                .deployments,
                made.key,
                .merge(["metadata": ["annotations": ["a": "b"]]])
            ).object
            #expect(noted.generation == 3, "a Deployment's annotations count")
            let labelled = try await registry.patch(
                .deployments,
                made.key,
                .merge(["metadata": ["labels": ["a": "b"]]])
            )
            #expect(labelled.object.generation == 3)
        }
    }

    @Test func scaleIsAView() async throws {
        try await withRegistry { registry in
            var body = KubeObject(.deployments, kind: "Deployment", namespace: "default", name: "d")
            body.spec = ["replicas": 1, "selector": ["matchLabels": ["a": "b"]]]
            let made = try await registry.create(.deployments, namespace: "default", body).object
            let scale = try registry.get(.deployments, made.key, subresource: "scale")
            #expect(scale.kind == "Scale" && scale.spec["replicas"] == 1 && scale.status["selector"] == "a=b")
            #expect(scale.resourceVersion == made.resourceVersion)
            let patched = try await registry.patch(
                .deployments,
                made.key,
                .merge(["spec": ["replicas": 4]]),
                subresource: "scale"
            ).object
            #expect(patched.spec["replicas"] == 4)
            #expect(try registry.get(.deployments, made.key).generation == 2)
            var bad = patched
            bad.spec["replicas"] = -1
            #expect(
                await refusal { _ = try await registry.update(.deployments, made.key, bad, subresource: "scale") }
                    == "422 Scale.autoscaling \"d\" is invalid: spec.replicas: Invalid value: -1: must be greater than or "
                    + "equal to 0"
            )
        }
    }

    @Test func selectionsEnterAndLeaveWatches() async throws {
        try await withRegistry { registry in
            let start = registry.currentVersion
            let events = try registry.watch(
                .configMaps,
                namespace: "default",
                ListOptions(labelSelector: "k=y", resourceVersion: start)
            )
            _ = try await registry.create(.configMaps, namespace: "default", .configMap("cm", labels: ["k": "x"]))
            for patch: JSON in [
                ["metadata": ["labels": ["k": "y"]]], ["data": ["a": "5"]], ["metadata": ["labels": ["k": "z"]]],
            ] {
                _ = try await registry.patch(.configMaps, cm, .merge(patch))
            }
            _ = try await registry.delete(.configMaps, cm)
            _ = try await registry.create(.configMaps, namespace: "default", .configMap("last", labels: ["k": "y"]))
            var seen: [String] = []
            for try await event in events {
                let label = event.object?.labels["k"] ?? ""
                seen.append("\(event.summary) \(label) \(event.object?.resourceVersion ?? "")")
                if event.object?.name == "last" { break }
            }
            #expect(seen == ["ADDED cm y 3", "MODIFIED cm y 4", "DELETED cm y 5", "ADDED last y 7"])
        }
    }

    @Test func dryRunStoresNothing() async throws {
        try await withRegistry { registry in
            var options = WriteOptions()
            options.isDryRun = true
            let made = try await registry.create(.configMaps, namespace: "default", .configMap("cm"), options).object
            #expect(!made.uid.isEmpty && made.resourceVersion.isEmpty)
            #expect(await refusal { _ = try registry.get(.configMaps, cm) } == "404 configmaps \"cm\" not found")
        }
    }
}
