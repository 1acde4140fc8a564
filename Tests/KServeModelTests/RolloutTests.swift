import Base
import KServeModel
import KubeModel
import Testing

@Suite struct RevisionHistoryTests {
    /// A Knative Service whose newest ready revision is `ready`.
    private func report(_ ready: String, created: String? = nil, _ traffic: [(String, Int, Bool)]) -> KubeObject {
        var service = KubeObject(.knativeServices, kind: "Service", namespace: "default", name: "iris-predictor")
        service.metadata["generation"] = 2
        service.status = [
            "observedGeneration": 2, "latestReadyRevisionName": .string(ready),
            "latestCreatedRevisionName": .string(created ?? ready),
            "conditions": [["type": "ConfigurationsReady", "status": "True"]],
            "traffic": .array(
                traffic.map { name, percent, isLatest in
                    [
                        "revisionName": .string(name), "percent": .int(Int64(percent)),
                        "latestRevision": .bool(isLatest),
                    ]
                }
            ),
        ]
        return service
    }

    private func entry(_ percent: Int64, tag: String? = nil) -> JSON {
        var entry: JSON = ["latestRevision": true, "percent": .int(percent)]
        entry["tag"] = JSON(tag)
        return entry
    }

    private func previous(_ name: String, _ percent: Int64) -> JSON {
        ["revisionName": .string(name), "latestRevision": false, "percent": .int(percent), "tag": "prev"]
    }

    @Test func aShareThenEverythingThenBack() {
        var history = RevisionHistory()
        #expect(history.traffic(percent: 10, tagsLatest: false) == [entry(100)])
        history.follow(report("r1", [("r1", 100, true)]))
        #expect(history.latestRolledOut == "r1" && history.previousRolledOut == "")

        // A second template with a tenth of the traffic.
        #expect(history.traffic(percent: 10, tagsLatest: true) == [entry(10, tag: "latest"), previous("r1", 90)])
        history.follow(report("r1", created: "r2", [("r1", 10, true), ("r1", 90, false)]))
        history.follow(report("r2", [("r2", 10, true), ("r1", 90, false)]))
        #expect(history.latestRolledOut == "r1" && history.latestReady == "r2")
        #expect(history.traffic(percent: 0, tagsLatest: false) == [entry(0), previous("r1", 100)])

        // Everything.
        #expect(history.traffic(percent: nil, tagsLatest: false) == [entry(100)])
        #expect(history.traffic(percent: 100, tagsLatest: false) == [entry(100)])
        history.follow(report("r2", [("r2", 100, true)]))
        #expect(history.latestRolledOut == "r2" && history.previousRolledOut == "r1")

        // The same revision is asked to share: the one before it is meant.
        history.follow(report("r2", [("r2", 0, true), ("r2", 100, false)]))
        #expect(history.latestRolledOut == "r1")
        #expect(history.traffic(percent: 0, tagsLatest: false) == [entry(0), previous("r1", 100)])

        var component: JSON = .emptyObject
        history.settle(&component)
        #expect(RevisionHistory(component) == history)
    }

    @Test func aConfigurationThatIsNotSeenToProvesNothing() {
        var history = RevisionHistory(["latestRolledoutRevision": "r2", "previousRolledoutRevision": "r1"])
        var early = report("r2", [("r2", 10, true), ("r2", 90, false)])
        early.status["conditions"] = [["type": "ConfigurationsReady", "status": "Unknown"]]
        history.follow(early)
        #expect(history.latestRolledOut == "r2")
    }
}

@Suite struct StandardRolloutTests {
    private static let versions = [1, 2, 3].map { number in
        PredictorVersion(number: number, template: ["model": ["storageUri": .string("/v\(number)")]])
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let about: String
        let model: Int
        let percent: Int?
        var rolledOut: Int?
        var previous: Int?
        var shared: Int?
        let stable: Int
        var keeps: Int?
        var latest: Int?
        var testDescription: String { about }
    }

    @Test(arguments: [
        Case(about: "the first version has everything", model: 1, percent: 10, stable: 1),
        Case(about: "the same again", model: 1, percent: 10, rolledOut: 1, stable: 1),
        Case(about: "a second gets a share", model: 2, percent: 10, rolledOut: 1, stable: 1, latest: 2),
        Case(about: "a third in its place", model: 3, percent: 10, rolledOut: 1, shared: 2, stable: 1, latest: 3),
        Case(about: "no traffic at all", model: 2, percent: 0, rolledOut: 1, shared: 2, stable: 1, latest: 2),
        Case(about: "promoted", model: 2, percent: nil, rolledOut: 1, shared: 2, stable: 2, keeps: 1),
        Case(
            about: "all percents are a promotion",
            model: 2,
            percent: 100,
            rolledOut: 1,
            shared: 2,
            stable: 2,
            keeps: 1
        ),
        Case(about: "promoted, seen again", model: 2, percent: nil, rolledOut: 2, previous: 1, stable: 2, keeps: 1),
        Case(about: "rolled back", model: 2, percent: 0, rolledOut: 2, previous: 1, stable: 1, keeps: 1, latest: 2),
        Case(
            about: "rolled back, seen again",
            model: 2,
            percent: 0,
            rolledOut: 1,
            previous: 1,
            shared: 2,
            stable: 1,
            keeps: 1,
            latest: 2
        ),
        Case(about: "the old template again", model: 1, percent: 10, rolledOut: 1, shared: 2, stable: 1),
    ])
    func rollout(_ c: Case) throws {
        func version(_ number: Int?) -> PredictorVersion? { number.map { Self.versions[$0 - 1] } }
        var predictor = try #require(version(c.model)).template
        predictor["minReplicas"] = 2
        predictor["canaryTrafficPercent"] = JSON(c.percent)
        let rollout = StandardRollout(
            Component(.predictor, predictor),
            rolledOut: PredictorVersion(version(c.rolledOut)?.text),
            previous: version(c.previous),
            shared: version(c.shared)
        )
        #expect(rollout.stable == version(c.stable))
        #expect(rollout.previous == version(c.keeps))
        #expect(rollout.latest == version(c.latest))

        var object = KubeObject(.inferenceServices, kind: "InferenceService", namespace: "default", name: "iris")
        object.spec["predictor"] = predictor
        let service = rollout.applied(to: InferenceService(object))
        #expect(service.predictor.minReplicas == 2)
        #expect(service.predictor.model?.storageURI == "/v\(c.stable)")
        #expect(service.canaries.map(\.trafficPercent) == (c.latest == nil ? [] : [c.percent ?? 100]))
        #expect(service.canaries.first?.predictor.model?.storageURI == c.latest.map { "/v\($0)" })
    }

    @Test(arguments: ["", "{", "[]", #"{"number": "x"}"#])
    func notesThatNobodyCanReadAreNone(_ text: String) { #expect(PredictorVersion(text) == nil) }

    @Test func namesAreAsKnativeNamesRevisions() {
        #expect(Self.versions[1].name(of: "iris-predictor") == "iris-predictor-00002")
    }
}
