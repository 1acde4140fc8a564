import Base
import Scaling
import Simulation
import Testing

/// A day on virtual time.
@Suite struct SimulationTests {
    private static func plan(
        _ traffic: Traffic,
        annotations: [String: String] = [:],
        concurrency: Int = 0,
        service: Duration = .milliseconds(50),
        queueMax: Int = 1000
    ) throws -> SimulationPlan {
        let scaling = RevisionScaling(
            annotations: annotations,
            containerConcurrency: concurrency,
            reachability: .reachable,
            config: try AutoscalerConfig([:])
        )
        return SimulationPlan(
            traffic,
            scaling: scaling,
            containerConcurrency: concurrency,
            places: 4,
            service: (service, 0.5),
            coldStart: (.milliseconds(300), 0.2),
            timeout: .seconds(60),
            queueMax: queueMax
        )
    }

    private static func run(_ plan: SimulationPlan, threads: Int = 1) async -> [[String]] {
        await Simulation(plan).run(threads: threads).table(most: 3)
    }

    @Test func theSameSeedPlaysTheSameDayOnAnyNumberOfThreads() async throws {
        func traffic(_ seed: UInt64) -> Traffic {
            let pattern = LoadPattern(.bursts, requests: 20_000, seed: seed)
            return Traffic(pattern: pattern, services: 5, duration: .seconds(3 * 3600), seed: seed)
        }
        let once = await Simulation(try Self.plan(traffic(7))).run(threads: 1)
        let again = await Simulation(try Self.plan(traffic(7))).run(threads: 3)
        #expect(once.table(most: 5) == again.table(most: 5))
        #expect(once.chart(title: "a") == again.chart(title: "a"))
        let other = await Simulation(try Self.plan(traffic(8))).run(threads: 1)
        #expect(once.table(most: 5) != other.table(most: 5))
        #expect(once.requests > 10_000)
    }

    @Test func aTraceIsFollowedToTheRequest() async throws {
        let text = "app,function,1,2,3,4,5\na,f,0,30,0,0,0\nb,g,0,0,0,0,0\n"
        let traffic = try Traffic(trace: text, span: .seconds(60), seed: 1)
        #expect(traffic.services == ["a/f", "b/g"])
        let table = await Self.run(try Self.plan(traffic))
        #expect(table[1].prefix(2) == ["all 2", "30"])
        // Each service begins with one replica of which nobody makes use for a minute.
        #expect(table[3].suffix(2) == ["1", "0.02"])
    }

    @Test func aRequestAtZeroWaitsForOneColdStart() async throws {
        let text = "time,requests\n600,1\n1200,1\n1260,0\n"
        let traffic = try Traffic(trace: text, span: .seconds(60), seed: 3)
        let row = await Self.run(try Self.plan(traffic, service: .milliseconds(1)))[1]
        let (starts, held, p50) = (row[2], row[3], row[6])
        #expect(starts == "2")
        #expect(held == "2")
        #expect(try #require(Double(p50.dropLast(2))) > 150 && p50.hasSuffix("ms"))
    }

    @Test func steadyLoadKeepsSteadyReplicas() async throws {
        // 200 requests a second of 50 ms: ten at a time, which seven replicas of two carry at 70 %.
        let traffic = Traffic(
            pattern: LoadPattern(.steady, requests: 200 * 7200, seed: 1),
            services: 1,
            duration: .seconds(7200),
            seed: 1
        )
        let row = await Self.run(try Self.plan(traffic, concurrency: 2))[1]
        let hours = try #require(Double(row[11]))
        #expect((14...22).contains(hours), "\(row)")
        #expect(row[4] == "0" && row[5] == "0")
    }

    @Test func whatCannotWaitIsRefused() async throws {
        let text = "time,requests\n0,5000\n1,0\n"
        let traffic = try Traffic(trace: text, span: .seconds(1), seed: 3)
        let plan = try Self.plan(traffic, annotations: ["autoscaling.knative.dev/max-scale": "1"], queueMax: 100)
        let row = await Self.run(plan)[1]
        #expect(try #require(Int(row[5])) > 4500, "\(row)")
    }

    @Test(arguments: [
        ("", TraceFault(line: 1, what: "the trace is empty")),
        ("a,b\n", TraceFault(line: 1, what: "there is neither a column `requests` nor columns `1`, `2`, …")),
        ("time,requests\n1,x\n", TraceFault(line: 2, what: "\"x\" is no count")),
        ("time,requests\n-1,1\n", TraceFault(line: 2, what: "time \"-1\" is no number of seconds")),
        ("time,requests\n1\n", TraceFault(line: 2, what: "1 cells, the first line has 2")),
        ("n,1\nx,-3\n", TraceFault(line: 2, what: "\"-3\" is no count")),
    ])
    func aTraceThatIsNoneSaysWhere(_ text: String, _ fault: TraceFault) {
        #expect(throws: fault) { try Traffic(trace: text, span: .seconds(60), seed: 1) }
    }
}
