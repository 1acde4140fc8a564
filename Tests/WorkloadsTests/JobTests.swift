import Base
import KubeModel
import Testing
import Workloads

/// A Job with this spec, started at `start`.
private func makeJob(_ spec: JSON, status: JSON = ["startTime": .string(start.rfc3339)]) -> KubeObject {
    var job = KubeObject(.jobs, kind: "Job", namespace: "default", name: "once")
    job.metadata["uid"] = "j"
    job.spec = [
        "parallelism": 1, "completions": 1, "backoffLimit": 6, "template": ["spec": ["restartPolicy": "Never"]],
    ]
    for (name, value) in spec.object ?? [:] { job.spec[name] = value }
    job.status = status
    return job
}

/// A pod of the Job that has ended, or still runs.
private func jobPod(_ name: String, _ phase: String, endedAfter seconds: Int = 0, restarts: Int = 0) -> KubeObject {
    let ended: JSON = ["terminated": ["finishedAt": .string((start + .seconds(seconds)).rfc3339)]]
    return makePod(name, phase: phase, ready: phase == "Running").with {
        $0.status["containerStatuses"] = [
            ["restartCount": .int(Int64(restarts)), "state": phase == "Running" ? ["running": [:]] : ended]
        ]
    }
}

struct JobPlanTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        var spec: JSON = .emptyObject
        var pods: [KubeObject] = []
        var after = 0
        var missing = 0
        var surplus: [String] = []
        var recheck: Int?
        var conditions: [String] = []
        var reason: String?
    }

    @Test(arguments: [
        Case(testDescription: "first pod", missing: 1),
        Case(testDescription: "pod runs", pods: [jobPod("a", "Running")]),
        Case(
            testDescription: "parallel",
            spec: ["parallelism": 2, "completions": 3],
            pods: [jobPod("a", "Succeeded"), jobPod("b", "Running")],
            missing: 1
        ),
        Case(
            testDescription: "no more than are still needed",
            spec: ["parallelism": 5, "completions": 3],
            pods: [jobPod("a", "Succeeded"), jobPod("b", "Succeeded")],
            missing: 1
        ),
        Case(
            testDescription: "parallelism lowered",
            spec: ["parallelism": 1, "completions": 5],
            pods: [jobPod("a", "Running"), jobPod("b", "Pending")],
            surplus: ["b"]
        ),
        Case(
            testDescription: "complete",
            pods: [jobPod("a", "Succeeded")],
            conditions: ["SuccessCriteriaMet", "Complete"],
            reason: "CompletionsReached"
        ),
        Case(
            testDescription: "enough succeeded while others run",
            spec: ["parallelism": 2],
            pods: [jobPod("a", "Succeeded"), jobPod("b", "Running")],
            surplus: ["b"],
            conditions: ["SuccessCriteriaMet"],
            reason: "CompletionsReached"
        ),
        Case(
            testDescription: "queue of work ends when a pod has succeeded and the rest are done",
            spec: ["parallelism": 2, "completions": .null],
            pods: [jobPod("a", "Succeeded"), jobPod("b", "Running")]
        ),
        Case(
            testDescription: "a failure waits ten seconds",
            pods: [jobPod("a", "Failed", endedAfter: 5)],
            after: 6,
            recheck: 9
        ),
        Case(
            testDescription: "a second failure waits twenty",
            pods: [jobPod("a", "Failed", endedAfter: 5), jobPod("b", "Failed", endedAfter: 20)],
            after: 21,
            recheck: 19
        ),
        Case(
            testDescription: "after the wait",
            pods: [jobPod("a", "Failed", endedAfter: 5)],
            after: 15,
            missing: 1
        ),
        Case(
            testDescription: "too many failures",
            spec: ["backoffLimit": 1],
            pods: [jobPod("a", "Failed"), jobPod("b", "Failed")],
            after: 60,
            conditions: ["FailureTarget", "Failed"],
            reason: "BackoffLimitExceeded"
        ),
        Case(
            testDescription: "too many restarts in place",
            spec: ["backoffLimit": 2, "template": ["spec": ["restartPolicy": "OnFailure"]]],
            pods: [jobPod("a", "Running", restarts: 2)],
            surplus: ["a"],
            conditions: ["FailureTarget"],
            reason: "BackoffLimitExceeded"
        ),
        Case(
            testDescription: "a restart in place within the limit",
            spec: ["template": ["spec": ["restartPolicy": "OnFailure"]]],
            pods: [jobPod("a", "Running", restarts: 2)]
        ),
        Case(
            testDescription: "before the deadline",
            spec: ["activeDeadlineSeconds": 30],
            pods: [jobPod("a", "Running")],
            after: 10,
            recheck: 20
        ),
        Case(
            testDescription: "past the deadline",
            spec: ["activeDeadlineSeconds": 30],
            pods: [jobPod("a", "Running")],
            after: 30,
            surplus: ["a"],
            conditions: ["FailureTarget"],
            reason: "DeadlineExceeded"
        ),
        Case(
            testDescription: "the last pod of a failed Job still ends",
            spec: ["activeDeadlineSeconds": 30],
            pods: [terminating(jobPod("a", "Running"))],
            after: 30,
            conditions: ["FailureTarget"],
            reason: "DeadlineExceeded"
        ),
        Case(
            testDescription: "suspended",
            spec: ["suspend": true],
            pods: [jobPod("a", "Running")],
            surplus: ["a"],
            conditions: ["Suspended"],
            reason: "JobSuspended"
        ),
        Case(
            testDescription: "a terminating pod is replaced at once",
            pods: [terminating(jobPod("a", "Running"))],
            missing: 1
        ),
        Case(
            testDescription: "or when it has ended, where asked so",
            spec: ["podReplacementPolicy": "Failed"],
            pods: [terminating(jobPod("a", "Running"))]
        ),
    ])
    func decides(_ c: Case) {
        let job = Job(makeJob(c.spec))
        let plan = JobPlan.decide(job, pods: c.pods.map { Pod($0) }, now: start + .seconds(c.after))
        #expect(plan.missing == c.missing)
        #expect(plan.surplus.map(\.name) == c.surplus)
        #expect(plan.recheck == c.recheck.map { .seconds($0) })
        let conditions = plan.status?["conditions"].array ?? []
        #expect(conditions.compactMap { $0["type"].string } == c.conditions)
        #expect(conditions.last?["reason"].string == c.reason)
    }

    @Test func backoffDoublesUpToItsLimit() {
        let delays = (0...7).map { JobPods.delay(afterFailures: $0).seconds }
        #expect(delays == [0, 10, 20, 40, 80, 160, 320, 360])
        #expect(JobPods.delay(afterFailures: 100_000) == .seconds(360))
    }

    @Test func finishedJobGoesWhenItsTimeHasCome() {
        let condition: JSON = ["type": "Complete", "status": "True", "lastTransitionTime": .string(start.rfc3339)]
        let job = Job(makeJob(["ttlSecondsAfterFinished": 10], status: ["conditions": [condition]]))
        let early = JobPlan.decide(job, pods: [], now: start + .seconds(4))
        #expect(early.recheck == .seconds(6) && !early.isExpired && early.status == nil)
        #expect(JobPlan.decide(job, pods: [], now: start + .seconds(10)).isExpired)
    }

    @Test func resumedJobStartsItsClockAnew() {
        let condition: JSON = ["type": "Suspended", "status": "True", "lastTransitionTime": .string(start.rfc3339)]
        let job = Job(makeJob(["activeDeadlineSeconds": 5], status: ["conditions": [condition]]))
        let plan = JobPlan.decide(job, pods: [], now: start + .seconds(100))
        #expect(plan.missing == 1 && plan.status?["startTime"].string == (start + .seconds(100)).rfc3339)
        #expect(plan.notices == [.init(reason: "Resumed", message: "Job resumed")])
        #expect(plan.recheck == .seconds(5))
    }

    @Test func statusIsThatOfARealCluster() throws {
        let golden = try settled("job_done")
        let job = golden.with { $0.status = ["startTime": golden.status["startTime"]] }
        let end = try #require(golden.status["completionTime"].string.flatMap { WallTime(rfc3339: $0) })
        let plan = JobPlan.decide(Job(job), pods: [Pod(jobPod("a", "Succeeded"))], now: end)
        #expect(plan.status == golden.status)
        #expect(plan.notices == [.init(reason: "Completed", message: "Job completed")])
    }
}
