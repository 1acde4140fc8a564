import Base
import KubeModel
import Serverless
import Testing

/// Configurations and what they make, revisions and what they become.
@Suite struct RevisionTests {
    private let configuration: KubeObject
    private let labels = [ServingLabel.configuration: "web", ServingLabel.configurationGeneration: "2"]

    init() throws {
        configuration = try knative(
            "Configuration",
            "web",
            "spec: {template: {metadata: {labels: {team: x}}, spec: {containers: [{image: a}]}}}",
            labels: [ServingLabel.service: "web", ServingLabel.serviceUID: "u"],
            annotations: [ServingAnnotation.routes: "web"],
            generation: 2
        )
    }

    @Test func configurationsMakeNumberedRevisions() {
        let revision = RevisionMaker(configuration).revision(now: "2026-01-01T00:00:00Z")
        #expect(revision.name == "web-00002")
        #expect(
            revision.labels == [
                "team": "x", ServingLabel.configuration: "web", ServingLabel.configurationUID: "uid-web",
                ServingLabel.configurationGeneration: "2", ServingLabel.service: "web", ServingLabel.serviceUID: "u",
                ServingLabel.routingState: "active",
            ]
        )
        #expect(revision.annotations[ServingAnnotation.routes] == "web")
        var long = configuration
        long.metadata["name"] = .string(String(repeating: "a", count: 60))
        let cut = RevisionMaker(long).revision(now: "").name
        #expect(cut.utf8.count == 63 && cut.hasSuffix("-00002"))
    }

    private func revision(_ generation: Int, ready: String, uid: String = "uid-web") throws -> KubeObject {
        var revision = try knative(
            "Revision",
            "web-0000\(generation)",
            "{spec: {containers: [{image: a}]}, status: {observedGeneration: 1, conditions: [{type: Ready, status: \"\(ready)\"}]}}",
            labels: [ServingLabel.configuration: "web", ServingLabel.configurationGeneration: "\(generation)"]
        )
        var owner = configuration
        owner.metadata["uid"] = .string(uid)
        revision.setController(owner)
        return revision
    }

    @Test func theNewestReadyRevisionCounts() throws {
        let first = try revision(1, ready: "True")
        func latest(_ second: String, known: String?) throws -> String? {
            var configuration = configuration
            configuration.status["latestReadyRevisionName"] = JSON(known)
            let all = [first, try revision(2, ready: second)]
            return RevisionHistory(of: configuration, all, named: nil).latestReady
        }
        #expect(try latest("Unknown", known: nil) == "web-00001")
        #expect(try latest("True", known: "web-00001") == "web-00002")
        #expect(try latest("False", known: "web-00002") == nil)
        let history = RevisionHistory(of: configuration, [first], named: nil)
        #expect(history.latestCreated == .missing)
    }

    @Test func namesOfOthersAreTaken() throws {
        var named = configuration
        named.spec["template"]["metadata"]["name"] = "web-00001"
        let own = try revision(1, ready: "True")
        let foreign = try revision(1, ready: "True", uid: "other")
        #expect(RevisionHistory(of: named, [own], named: own).latestCreated == .found(own))
        #expect(RevisionHistory(of: named, [], named: foreign).latestCreated == .taken("web-00001"))
        #expect(RevisionHistory(of: named, [], named: nil).latestCreated == .missing)
        named.spec["template"]["spec"]["containers"] = [["image": "b"]]
        #expect(RevisionHistory(of: named, [own], named: own).latestCreated == .taken("web-00001"))
    }

    @Test func objectsOfARevision() throws {
        let stored = completed(
            try knative(
                "Revision",
                "web-00001",
                "spec: {containerConcurrency: 3, timeoutSeconds: 20, containers: [{image: a, ports: [{name: h2c, containerPort: 9000}]}]}",
                labels: [
                    ServingLabel.configuration: "web", ServingLabel.service: "web",
                    ServingLabel.routingState: "reserve",
                ],
                annotations: [ServingAnnotation.routes: "web", "autoscaling.knative.dev/target": "5", "note": "n"]
            )
        )
        let objects = RevisionObjects(Revision(stored), progressDeadline: .seconds(600))
        let deployment = objects.deployment
        #expect(deployment.name == "web-00001-deployment" && deployment.spec["replicas"].isNull)
        #expect(deployment.annotations == ["note": "n"])
        let pod = deployment.spec["template"]["spec"]
        #expect(pod["terminationGracePeriodSeconds"] == 20 && pod["containerConcurrency"].isNull)
        let container = pod["containers"][0]
        #expect(container["readinessProbe"]["tcpSocket"]["port"] == 9000)
        #expect(container["ports"] == [["name": "user-port", "containerPort": 9000, "protocol": "TCP"]])
        let variables = (container["env"].array ?? []).map { "\($0["name"].string ?? "")=\($0["value"].string ?? "")" }
        #expect(variables == ["PORT=9000", "K_REVISION=web-00001", "K_CONFIGURATION=web", "K_SERVICE=web"])
        #expect(
            objects.service.spec["ports"] == [
                [
                    "name": "http2", "port": 80, "protocol": "TCP", "targetPort": 9000,
                    "appProtocol": "kubernetes.io/h2c",
                ]
            ]
        )
        let autoscaler = objects.autoscaler(class: "kpa.autoscaling.knative.dev", hasFailed: false)
        #expect(autoscaler.annotations["autoscaling.knative.dev/target"] == "5")
        #expect(autoscaler.annotations[ServingAnnotation.scalingClass] == "kpa.autoscaling.knative.dev")
        #expect(autoscaler.spec["reachability"] == "Unreachable" && autoscaler.spec["protocolType"] == "h2c")
        #expect(autoscaler.spec["containerConcurrency"] == 3)
    }

    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let deployment: String
        let pod: String
        let autoscaler: String
        /// ResourcesAvailable, ContainerHealthy, Active, Ready.
        let told: [String]
    }

    static let deploys = "status: {conditions: [{type: Progressing, status: \"True\", reason: X}]}"
    static let runs =
        "status: {readyReplicas: 1, availableReplicas: 1, conditions: [{type: Progressing, status: \"True\", reason: X}]}"

    @Test(arguments: [
        Case(
            testDescription: "deploying, no autoscaler",
            deployment: deploys,
            pod: "",
            autoscaler: "",
            told: ["Unknown: Deploying", "Unknown", "Unknown: Deploying", "Unknown: Deploying"]
        ),
        Case(
            testDescription: "ready",
            deployment: runs,
            pod: "",
            autoscaler:
                "{serviceName: w, actualScale: 1, desiredScale: 1, conditions: [{type: Ready, status: \"True\"}, {type: ScaleTargetInitialized, status: \"True\"}]}",
            told: ["True", "True", "True", "True"]
        ),
        Case(
            testDescription: "at zero after it was ready",
            deployment:
                "{spec: {replicas: 0}, status: {conditions: [{type: Progressing, status: \"True\", reason: X}]}}",
            pod: "",
            autoscaler:
                "{serviceName: w, actualScale: 0, conditions: [{type: Ready, status: \"False\", reason: NoTraffic, message: m}, {type: ScaleTargetInitialized, status: \"True\"}]}",
            told: ["True", "True", "False: NoTraffic", "True"]
        ),
        Case(
            testDescription: "a container that ends",
            deployment:
                "{spec: {replicas: 1}, status: {conditions: [{type: Progressing, status: \"True\", reason: X}]}}",
            pod: "{containerStatuses: [{name: c, lastState: {terminated: {exitCode: 3, message: bad model}}}]}",
            autoscaler:
                "{serviceName: w, actualScale: 0, conditions: [{type: Ready, status: Unknown, reason: Queued}, {type: ScaleTargetInitialized, status: Unknown}]}",
            told: ["Unknown: Deploying", "False: ExitCode3", "Unknown: Queued", "False: ExitCode3"]
        ),
        Case(
            testDescription: "a pod that no node takes",
            deployment:
                "{spec: {replicas: 1}, status: {conditions: [{type: Progressing, status: \"True\", reason: X}]}}",
            pod: "{conditions: [{type: PodScheduled, status: \"False\", reason: Unschedulable, message: no room}]}",
            autoscaler: "",
            told: ["False: Unschedulable", "Unknown", "Unknown: Deploying", "False: Unschedulable"]
        ),
        Case(
            testDescription: "never reached its initial scale",
            deployment:
                "{spec: {replicas: 0}, status: {conditions: [{type: Progressing, status: \"True\", reason: X}]}}",
            pod: "",
            autoscaler:
                "{serviceName: w, conditions: [{type: Ready, status: \"False\", reason: TimedOut}, {type: ScaleTargetInitialized, status: Unknown}]}",
            told: [
                "False: ProgressDeadlineExceeded", "Unknown", "False: TimedOut", "False: ProgressDeadlineExceeded",
            ]
        ),
        Case(
            testDescription: "too late",
            deployment:
                "{spec: {replicas: 1}, status: {conditions: [{type: Progressing, status: \"False\", reason: ProgressDeadlineExceeded, message: m}]}}",
            pod: "{containerStatuses: [{name: c, state: {waiting: {reason: ErrImagePull, message: no}}}]}",
            autoscaler: "",
            told: ["False: ErrImagePull", "Unknown", "Unknown: Deploying", "False: ErrImagePull"]
        ),
    ])
    func conditionsOfARevision(_ c: Case) throws {
        func object(_ yaml: String, status: Bool) throws -> KubeObject? {
            guard !yaml.isEmpty, let json = try YAML.parse(yaml).first else { return nil }
            return KubeObject(status ? ["status": json] : json)
        }
        var verdict = RevisionVerdict(
            try knative("Revision", "w", "spec: {containers: [{name: c, image: a}]}"),
            now: now
        )
        let deployment = try #require(try object(c.deployment, status: false))
        verdict.follow(deployment, pod: try object(c.pod, status: true))
        verdict.follow(autoscaler: try object(c.autoscaler, status: true))
        let told = ["ResourcesAvailable", "ContainerHealthy", "Active", "Ready"].map(verdict.json.verdict)
        #expect(told == c.told)
        // A look later that finds the same changes nothing, not even a time.
        var stored = try knative("Revision", "w", "spec: {containers: [{name: c, image: a}]}")
        stored.status = verdict.json
        var again = RevisionVerdict(stored, now: now + .seconds(60))
        again.follow(deployment, pod: try object(c.pod, status: true))
        again.follow(autoscaler: try object(c.autoscaler, status: true))
        #expect(again.json == verdict.json)
        if c.pod.contains("bad model") {
            #expect(verdict.json.condition("Ready")["message"] == "Container failed with: bad model")
        }
    }

    @Test func aConfigurationTellsWhatItsRevisionsAre() throws {
        func settle(_ status: String, ready: String?, known: String?) throws -> ConfigurationVerdict {
            var configuration = configuration
            configuration.status["latestReadyRevisionName"] = JSON(known)
            var verdict = ConfigurationVerdict(configuration, now: now)
            let yaml =
                "status: {observedGeneration: 1, conditions: [{type: Ready, status: \"\(status)\", message: why}]}"
            verdict.settle(created: Revision(try knative("Revision", "web-00002", yaml)), ready: ready)
            return verdict
        }
        let waiting = try settle("Unknown", ready: "web-00001", known: "web-00001")
        #expect(waiting.json.verdict("Ready") == "Unknown" && waiting.news.isEmpty)
        let ready = try settle("True", ready: "web-00002", known: nil)
        #expect(ready.json.verdict("Ready") == "True")
        #expect(ready.news.map(\.reason) == ["ConfigurationReady", "LatestReadyUpdate"])
        let failed = try settle("False", ready: "web-00001", known: "web-00001")
        #expect(
            failed.json.condition("Ready")["message"] == "Revision \"web-00002\" failed with message: why."
        )
        #expect(failed.json["latestReadyRevisionName"] == "web-00001")
        #expect(failed.news.map(\.reason) == ["LatestCreatedFailed"])
    }
}
