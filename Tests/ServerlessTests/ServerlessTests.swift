import Base
import KubeClient
import KubeKinds
import KubeModel
import Serverless
import Testing

/// The reconcilers against the real API server, with others' parts played.
@Suite struct ServerlessTests {
    private static let image = "template: {spec: {containers: [{image: a}]}}"

    private func web(_ spec: String = image, annotations: [String: String] = [:]) throws -> KubeObject {
        var service = try knative("Service", "web", "spec: {\(spec)}", annotations: annotations)
        for name in ["uid", "generation", "creationTimestamp"] { service.metadata[name] = .null }
        return service
    }

    @Test(.timeLimit(.minutes(1)))
    func aServiceBecomesReadyIsChangedSplitAndRolledBack() async throws {
        try await withServerless { world in
            _ = try await world.api.create(.knativeServices, try web())
            let ready = try await world.service("True")
            #expect(ready.status["url"] == "http://web.default.example.com")
            #expect(ready.status["address"]["url"] == "http://web.default.svc.cluster.local")
            #expect(ready.status["latestReadyRevisionName"] == "web-00001")
            #expect(World.traffic(ready) == ["web-00001 100"])
            let deployment = try await world.until(.deployments, "web-00001-deployment")
            #expect(deployment.spec["replicas"] == 1)

            try await world.change("template: {spec: {containers: [{image: b, name: user-container}]}}")
            let changed = try await world.service("True") { $0.status["latestReadyRevisionName"] == "web-00002" }
            #expect(World.traffic(changed) == ["web-00002 100"])
            // Nothing leads to the first revision any more, and its autoscaler knows.
            try await world.until(.knativeRevisions, "web-00001") {
                $0.labels[ServingLabel.routingState] == "reserve" && $0.annotations[ServingAnnotation.routes] == nil
            }
            try await world.until(.podAutoscalers, "web-00001") { $0.spec["reachability"] == "Unreachable" }

            try await world.change(
                "traffic: [{latestRevision: true, percent: 30}, {revisionName: web-00001, percent: 70, tag: prev}]"
            )
            let split = try await world.service("True") { World.traffic($0).count == 2 }
            #expect(World.traffic(split) == ["web-00002 30", "web-00001 70 prev"])
            #expect(split.status["traffic"][1]["url"] == "http://prev-web.default.example.com")
            #expect(World.weights(try await world.until(.httpRoutes, "web")) == ["web-00002 30", "web-00001 70"])
            #expect(World.weights(try await world.until(.httpRoutes, "prev-web")) == ["web-00001 100"])
            try await world.until(.podAutoscalers, "web-00001") { $0.spec["reachability"] == "Reachable" }

            try await world.change("traffic: [{revisionName: web-00001, percent: 100}]")
            try await world.service("True") { World.traffic($0) == ["web-00001 100"] }
            try await world.until(.knativeRevisions, "web-00002") { revision in
                // The newest revision is no target now.
                revision.labels[ServingLabel.routingState] == "reserve"
            }
            #expect(try await world.api.find(.httpRoutes, ObjectKey(namespace: "default", name: "prev-web")) == nil)
            #expect(try await world.api.find(.services, ObjectKey(namespace: "default", name: "prev-web")) == nil)
            try await world.untilQuiet()
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aBrokenRevisionLeavesTheTrafficWhereItIs() async throws {
        try await withServerless { world in
            _ = try await world.api.create(.knativeServices, try web())
            try await world.service("True")
            try await world.change("template: {spec: {containers: [{image: broken, name: user-container}]}}")
            let failed = try await world.service("False: RevisionFailed")
            #expect(
                failed.status.condition("ConfigurationsReady")["message"].string
                    == "Revision \"web-00002\" failed with message: Container failed with: no such model."
            )
            #expect(failed.status.verdict("RoutesReady") == "True")
            #expect(World.traffic(failed) == ["web-00001 100"])
            #expect(failed.status["latestCreatedRevisionName"] == "web-00002")

            try await world.change("template: {spec: {containers: [{image: c, name: user-container}]}}")
            let mended = try await world.service("True")
            #expect(World.traffic(mended) == ["web-00003 100"])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func namesOfRevisionsThatAreTakenAreRefused() async throws {
        try await withServerless { world in
            let named = "template: {metadata: {name: web-one}, spec: {containers: [{image: a}]}}"
            _ = try await world.api.create(.knativeServices, try web(named))
            #expect(World.traffic(try await world.service("True")) == ["web-one 100"])
            try await world.change("template: {metadata: {name: web-two}, spec: {containers: [{image: b}]}}")
            try await world.service("True") { World.traffic($0) == ["web-two 100"] }
            try await world.change("template: {metadata: {name: web-one}, spec: {containers: [{image: c}]}}")
            let taken = try await world.until(.knativeServices, "web") {
                $0.status.verdict("RoutesReady") == "False: RevisionNameTaken"
            }
            #expect(World.traffic(taken) == ["web-two 100"])
            #expect(taken.status.verdict("ConfigurationsReady") == "False: RevisionFailed")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func trafficMovesGraduallyWhereItIsAskedTo() async throws {
        try await withServerless { world in
            let service = try web(annotations: [ServingAnnotation.rolloutDuration: "2s"])
            _ = try await world.api.create(.knativeServices, service)
            try await world.service("True")
            try await world.change("template: {spec: {containers: [{image: b, name: user-container}]}}")
            let moving = try await world.until(.knativeRoutes, "web") {
                $0.status.verdict("IngressReady") == "Unknown: RolloutInProgress"
            }
            #expect(World.traffic(moving) == ["web-00001 99", "web-00002 1"])
            let moved = try await world.service("True") { World.traffic($0) == ["web-00002 100"] }
            #expect(moved.status["latestReadyRevisionName"] == "web-00002")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func routesStandAloneFollowSettingsAndTakeTheirMarksAlong() async throws {
        try await withServerless { world in
            func bare(_ kind: String, _ spec: String) throws -> KubeObject {
                var object = try knative(kind, "web", "spec: {\(spec)}")
                for name in ["uid", "generation", "creationTimestamp"] { object.metadata[name] = .null }
                return object
            }
            _ = try await world.api.create(.knativeConfigurations, bare("Configuration", ServerlessTests.image))
            let ready = try await world.until(.knativeRevisions, "web-00001") { $0.status.verdict("Ready") == "True" }
            #expect(ready.labels[ServingLabel.routingState] == "pending")
            let traffic = "traffic: [{configurationName: web, percent: 100}]"
            let route = try await world.api.create(.knativeRoutes, bare("Route", traffic))
            try await world.until(.knativeRoutes, "web") { $0.status.verdict("Ready") == "True" }
            try await world.until(.knativeRevisions, "web-00001") {
                $0.labels[ServingLabel.routingState] == "active"
            }

            let key = ObjectKey(namespace: ServerlessSettings.namespace, name: "config-domain")
            let domains: JSON = ["data": .object(["example.com": .null, "example.org": ""])]
            _ = try await world.api.patch(.configMaps, key, .merge(domains))
            try await world.until(.knativeRoutes, "web") { $0.status["url"] == "http://web.default.example.org" }

            try await world.api.delete(.knativeRoutes, route.key)
            try await world.until(.knativeRevisions, "web-00001") {
                $0.labels[ServingLabel.routingState] == "reserve" && $0.annotations[ServingAnnotation.routes] == nil
            }
            try await world.until(.knativeConfigurations, "web") { $0.annotations[ServingAnnotation.routes] == nil }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func objectsOfOthersAreLeftAlone() async throws {
        try await withServerless { world in
            var foreign = try web()
            foreign.json["kind"] = "Configuration"
            _ = try await world.api.create(.knativeConfigurations, foreign)
            _ = try await world.api.create(.knativeServices, try web())
            let refused = try await world.service("False: NotOwned")
            #expect(
                refused.status.condition("ConfigurationsReady")["message"]
                    == "There is an existing Configuration \"web\" that we do not own."
            )
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func namesOfDeploymentsThatAreTakenAreTold() async throws {
        try await withServerless { world in
            var foreign = KubeObject(
                .deployments,
                kind: "Deployment",
                namespace: "default",
                name: "web-00001-deployment"
            )
            foreign.spec = [
                "selector": ["matchLabels": ["a": "b"]],
                "template": [
                    "metadata": ["labels": ["a": "b"]], "spec": ["containers": [["name": "c", "image": "a"]]],
                ],
            ]
            _ = try await world.api.create(.deployments, foreign)
            _ = try await world.api.create(.knativeServices, try web())
            let refused = try await world.service("False: RevisionFailed")
            let why = "There is an existing Deployment \"web-00001-deployment\" that we do not own."
            #expect(
                refused.status.condition("Ready")["message"].string
                    == "Revision \"web-00001\" failed with message: \(why)."
            )
        }
    }

    /// What `kubectl get` shows, with upstream's columns.
    @Test func columns() throws {
        let revision = try knative(
            "Revision",
            "web-00001",
            "status: {actualReplicas: 1, desiredReplicas: 2, conditions: [{type: Ready, status: \"False\", reason: X}]}",
            labels: [ServingLabel.configuration: "web", ServingLabel.configurationGeneration: "1"]
        )
        let types = try ServerlessData.customResourceDefinitions().flatMap { CustomResourceKind.types(of: $0) }
        let type = try #require(types.first { $0.kind == "Revision" })
        #expect(type.shortNames == ["rev"] && type.categories == ["all", "knative", "serving"])
        let names = type.columns.map(\.name)
        #expect(
            names == ["Name", "Config Name", "Generation", "Ready", "Reason", "Actual Replicas", "Desired Replicas"]
        )
        #expect(type.row(revision, now) == ["web-00001", "web", "1", "False", "X", 1, 2])
    }
}
