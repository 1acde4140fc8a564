import Base
import Experiments
import KServeModel
import KubeClient
import KubeModel
import Statistics
import Testing

/// Which versions a target has, and how their shares are written.
struct TargetArmsTests {
    @Test func canariesAreVersionsBesideTheStableOne() throws {
        let target = try TargetArms(InferenceService(try service()))
        #expect(target.arms.map(\.name) == ["stable", "next"])
        #expect(target.arms.map(\.service) == ["iris-predictor", "iris-next-predictor"])
        #expect(target.arms.map(\.weight) == [90, 10])
        #expect(target.arms[0].version != target.arms[1].version)
        #expect(target.patch(weights: [90, 10]) == nil)
        guard case .json(let changes) = target.patch(weights: [40, 60]) else {
            Issue.record("no change of a list's member")
            return
        }
        #expect(changes[0] == ["op": "test", "path": "/spec/canary/0/predictor/name", "value": "next"])
        #expect(changes[1] == ["op": "add", "path": "/spec/canary/0/trafficPercent", "value": 60])
    }

    @Test func revisionsThatShareTrafficAreVersions() throws {
        var object = try service()
        object.spec["canary"] = .null
        object.spec[path: ["predictor", "canaryTrafficPercent"]] = 20
        object.status[path: ["components", "predictor", "traffic"]] = [
            ["revisionName": "iris-predictor-00002", "latestRevision": true, "percent": 20],
            ["revisionName": "iris-predictor-00001", "latestRevision": false, "percent": 80, "tag": "prev"],
        ]
        let target = try TargetArms(InferenceService(object))
        #expect(target.arms.map(\.name) == ["latest", "previous"])
        #expect(target.arms.map(\.service) == ["iris-predictor-00002", "iris-predictor-00001"])
        object.status["deploymentMode"] = "Standard"
        let standard = try TargetArms(InferenceService(object))
        #expect(standard.arms.map(\.service) == ["iris-latest-predictor", "iris-predictor"])
        #expect(standard.arms.map(\.version) == target.arms.map(\.version))
        guard case .merge(let change) = target.patch(weights: [50, 50]) else {
            Issue.record("no merge")
            return
        }
        #expect(change["spec"]["predictor"]["canaryTrafficPercent"] == 50)
    }

    @Test func backendsOfARouteAreVersionsInAllItsRules() throws {
        var route = KubeObject(.httpRoutes, kind: "HTTPRoute", namespace: "default", name: "web")
        route.spec =
            try YAML.parse(
                "{rules: [{backendRefs: [{name: a, weight: 3}, {name: b, weight: 1}]}, {backendRefs: [{name: b}]}]}"
            ).first ?? .null
        let target = try TargetArms(route: route)
        #expect(target.arms.map(\.name) == ["a", "b"])
        guard case .json(let changes) = target.patch(weights: [30, 70]) else {
            Issue.record("no patch")
            return
        }
        #expect(
            changes.array?.map { $0["path"].string } == [
                "/spec/rules/0/backendRefs/0/weight", "/spec/rules/0/backendRefs/1/weight",
                "/spec/rules/1/backendRefs/0/weight",
            ]
        )
        #expect(changes.array?.map { $0["value"].int } == [30, 70, 70])
    }

    @Test func revisionsOfAVersionCountForIt() {
        let tally = arm("next", requests: 3).tally
        let names = ["iris-next", "iris-next-00002", "iris-next-2", "iris-next-predictor", "iris"]
        let tallies = Dictionary(uniqueKeysWithValues: names.map { ($0, tally) })
        #expect(arm("next", requests: 0).arm.tally(among: tallies).errors.trials == 6)
    }

    @Test func oneVersionIsNothingToCompare() throws {
        var object = try service()
        object.spec["canary"] = .null
        let alone = InferenceService(object)
        #expect(throws: TargetFault.self) { try TargetArms(alone) }
    }
}
