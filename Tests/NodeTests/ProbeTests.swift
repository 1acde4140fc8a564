import Base
import KubeModel
import Node
import Testing

@Suite struct ProbeTests {
    /// A probe that a test drives by hand; a class, so that expectations may change it.
    private final class Driver {
        var life: ProbeLife

        init(_ kind: ProbeKind, _ json: JSON = ["tcpSocket": ["port": 80]]) {
            life = ProbeLife(kind, ProbeSpec(json, ports: [:])!, startedAt: Instant(nanoseconds: 0))
        }

        func ask(at now: Instant) -> Bool { life.ask(at: now) }
        func observe(success: Bool, at now: Instant) -> ProbeLife.Verdict { life.observe(success: success, at: now) }
        var dueAt: Instant { life.dueAt }
    }

    private func at(_ milliseconds: Int) -> Instant { Instant(nanoseconds: Int64(milliseconds) * 1_000_000) }

    @Test func readinessIsSeenAtMostAQuarterLaterThanItComes() {
        let probe = Driver(.readiness)
        var times: [Int] = []
        for _ in 0..<42 {
            let due = probe.dueAt
            times.append(Int(due.nanoseconds / 1_000_000))
            #expect(probe.ask(at: due))
            #expect(!probe.ask(at: due), "one question at a time")
            _ = probe.observe(success: false, at: due)
        }
        #expect(Array(times.prefix(6)) == [8, 18, 30, 46, 65, 90])
        for (asked, next) in zip(times, times.dropFirst()) { #expect(next - asked <= asked / 4 + 10, "\(times)") }
        #expect(times[41] - times[40] == 10_000, "never less often than its period")
    }

    @Test func aProgramThatTakesAnAddressIsAskedSoon() {
        let probe = Driver(.readiness, ["tcpSocket": ["port": 80], "initialDelaySeconds": 1])
        let due = probe.dueAt
        probe.life.hasten(at: at(900))
        #expect(probe.dueAt == due, "not before its delay is over")
        _ = probe.observe(success: false, at: at(1029))
        probe.life.hasten(at: at(1030))
        #expect(probe.dueAt == at(1030) + .microseconds(500))
        #expect(probe.ask(at: at(1061)))
        probe.life.hasten(at: at(1061))
        #expect(!probe.ask(at: at(1062)), "one question at a time")
        _ = probe.observe(success: true, at: at(1063))
        probe.life.hasten(at: at(1064))
        #expect(probe.dueAt == at(11_063), "who is ready is asked at its pace")
    }

    @Test func earlyFailuresCountOncePerPeriod() {
        let probe = Driver(.readiness, ["tcpSocket": ["port": 80], "periodSeconds": 1, "failureThreshold": 2])
        #expect(probe.observe(success: false, at: at(500)) == .unchanged)
        #expect(probe.observe(success: false, at: at(1000)) == .counted)
        #expect(probe.observe(success: false, at: at(1500)) == .unchanged)
        #expect(probe.observe(success: false, at: at(2000)) == .failed)
        #expect(probe.observe(success: true, at: at(2100)) == .passed)
        #expect(probe.dueAt == at(3100))
    }

    @Test func livenessBeginsAfterItsDelayAndFailsAtItsThreshold() {
        let probe = Driver(.liveness, ["exec": ["command": ["x"]], "initialDelaySeconds": 5, "periodSeconds": 2])
        #expect(probe.dueAt == at(7000))
        #expect(probe.observe(success: false, at: at(7000)) == .counted)
        #expect(probe.observe(success: false, at: at(9000)) == .counted)
        #expect(probe.observe(success: false, at: at(11000)) == .failed)
    }

    @Test func aFailedLivenessProbeRestartsTheContainer() throws {
        let liveness: JSON = ["tcpSocket": ["port": 80], "periodSeconds": 1, "failureThreshold": 1]
        let driver = try LifeDriver(pod(containers: [["name": "c", "livenessProbe": liveness]]))
        driver.run(0)
        #expect(driver.on(.tick, after: .seconds(1)) == [.probe(0, .liveness)])
        #expect(driver.on(.probed(0, .liveness, success: false, message: "refused")) == [.terminate(0)])
        #expect(driver.on(.exited(0, .init(exitCode: 143, signal: 15))) == [.start(0, restart: 1)])
    }

    @Test func readinessWaitsForTheStartupProbe() throws {
        let container: JSON = [
            "name": "c", "startupProbe": ["tcpSocket": ["port": 80]], "readinessProbe": ["tcpSocket": ["port": 80]],
        ]
        let driver = try LifeDriver(pod(containers: [container]))
        driver.run(0)
        #expect(driver.on(.tick, after: .milliseconds(8)) == [.probe(0, .startup)])
        #expect(driver.status["containerStatuses"][0]["started"] == false)
        #expect(driver.on(.probed(0, .startup, success: true, message: "")) == [.probe(0, .readiness)])
        _ = driver.on(.probed(0, .readiness, success: true, message: ""))
        #expect(driver.condition("Ready") == "True")
        #expect(driver.status["containerStatuses"][0]["started"] == true)
    }

    private static let handlers: [(JSON, HandlerSpec)] = [
        (
            ["httpGet": ["port": "http", "path": "/v2/health/ready"]],
            .http(host: nil, port: 8080, path: "/v2/health/ready", headers: [])
        ),
        (["tcpSocket": ["port": 9]], .tcp(host: nil, port: 9)),
        (["exec": ["command": ["a", "b"]]], .exec(["a", "b"])),
        (["httpGet": ["port": "grpc"]], .unsupported("httpGet has no such port: \"grpc\"")),
        (["httpGet": ["port": 70000]], .unsupported("httpGet has no such port: 70000")),
        (["grpc": ["port": 1]], .unsupported("this node knows no handler grpc")),
    ]

    @Test(arguments: handlers)
    func handlersAreRead(json: JSON, expected: HandlerSpec) {
        #expect(HandlerSpec(json, ports: ["http": 8080]) == expected)
    }
}
