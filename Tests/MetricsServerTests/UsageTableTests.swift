import Base
import KubeModel
import MetricsServer
import Testing

@Suite struct UsageTableTests {
    private static let pod = ObjectKey(namespace: "default", name: "web-0")

    /// What a node says `seconds` after the beginning.
    private func samples(at seconds: Int64, _ containers: [(name: String, cpu: Double, start: Int64)])
        -> ResourceSamples
    {
        var text = "# HELP container_cpu_usage_seconds_total x\n"
        for (name, cpu, start) in containers {
            let labels = "{container=\"\(name)\",namespace=\"default\",pod=\"web-0\"}"
            text += "container_cpu_usage_seconds_total\(labels) \(cpu) \(seconds * 1000)\n"
            text += "container_memory_working_set_bytes\(labels) 20971520 \(seconds * 1000)\n"
            text += "container_start_time_seconds\(labels) \(start) \(seconds * 1000)\n"
        }
        text += "node_cpu_usage_seconds_total \(containers.reduce(0) { $0 + $1.cpu }) \(seconds * 1000)\n"
        text += "node_memory_working_set_bytes 20971520 \(seconds * 1000)\n"
        return ResourceSamples(text: text, now: WallTime(seconds: seconds))
    }

    private func table(_ samples: ResourceSamples...) -> UsageTable {
        var table = UsageTable()
        for sample in samples { table.record(sample) }
        return table
    }

    @Test func useIsTheDifferenceOverTheWindow() throws {
        let table = table(samples(at: 100, [("main", 10, 50)]), samples(at: 105, [("main", 11, 50)]))
        let pod = try #require(table.pods(labels: [Self.pod: ["app": "web"]]).first)
        #expect(pod.key == Self.pod && pod.labels == ["app": "web"])
        #expect(pod["containers"] == [["name": "main", "usage": ["cpu": "200000000n", "memory": "20Mi"]]])
        #expect(pod["window"] == "5.0s" && pod["timestamp"] == "1970-01-01T00:01:45Z")
        #expect(table.node(named: "n")?["usage"] == ["cpu": "200000000n", "memory": "20Mi"])
    }

    @Test func aContainerThatHasJustStartedHadUsedNothingAtItsStart() throws {
        let restarted = table(samples(at: 100, [("main", 10, 50)]), samples(at: 105, [("main", 1, 103)]))
        #expect(restarted.pods(labels: [:]).first?["containers"][0]["usage"]["cpu"] == "500000000n")
    }

    @Test func aPodIsToldOnlyWhole() {
        let once = table(samples(at: 100, [("main", 10, 50)]))
        #expect(once.pods(labels: [:]).isEmpty && once.node(named: "n") == nil)
        let half = table(
            samples(at: 100, [("main", 10, 50)]),
            samples(at: 105, [("main", 11, 50), ("side", 3, 20)])
        )
        #expect(half.pods(labels: [:]).isEmpty)
        #expect(table(samples(at: 100, [("main", 10, 50)]), samples(at: 105, [])).pods(labels: [:]).isEmpty)
    }

    @Test(arguments: [
        "container_cpu_usage_seconds_total{container=\"main\",pod} 1", "container_cpu_usage_seconds_total{",
        "container_cpu_usage_seconds_total{container=\"main\",namespace=\"d\",pod=\"p\"} NaN",
        "container_start_time_seconds{container=\"main\",namespace=\"d\",pod=\"p\"} 1e300 99999999999999999",
        "\u{0}\u{1}", "{} {} {}", "node_cpu_usage_seconds_total +Inf",
    ])
    func linesThatAreNoneAreLeftOut(_ line: String) {
        var table = UsageTable()
        for _ in 0..<2 { table.record(ResourceSamples(text: line, now: WallTime(seconds: 1))) }
        #expect(table.pods(labels: [:]).isEmpty)
    }
}
