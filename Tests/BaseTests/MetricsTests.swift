import Base
import Testing

@Suite struct MetricsTests {
    private func exemplar(_ trace: TraceID, _ span: UInt64, at time: WallTime) -> Exemplar {
        Exemplar(TraceContext(traceID: trace, spanID: span, flags: .sampled), at: time)
    }

    /// A registry with one series of each kind.
    private func sample() -> MetricRegistry {
        let registry = MetricRegistry()
        registry.counter("requests_total", "Requests.", labels: ["code"]).with("2\"00\r\n\\").add(3)
        registry.gauge("ready", "Ready.").with().set(1)
        let scale: [Double] = [0.1, 1]
        let times = registry.histogram("seconds", "Times.", buckets: scale, count: ("times", "How many.")).with()
        times.observe(nanoseconds: 100_000_000)
        let exemplar = self.exemplar(TraceID(high: 0xA, low: 1), 2, at: WallTime(nanoseconds: 1_500_000_000))
        times.observe(nanoseconds: 2_000_000_000, exemplar)
        return registry
    }

    @Test func writesThePrometheusTextFormat() {
        #expect(
            sample().exposition() == """
                # HELP requests_total Requests.
                # TYPE requests_total counter
                requests_total{code="2\\"00\r\\n\\\\"} 3
                # HELP ready Ready.
                # TYPE ready gauge
                ready 1.0
                # HELP seconds Times.
                # TYPE seconds histogram
                seconds_bucket{le="0.1"} 1
                seconds_bucket{le="1"} 1
                seconds_bucket{le="+Inf"} 2
                seconds_sum 2.1
                seconds_count 2
                # HELP times How many.
                # TYPE times counter
                times 2

                """
        )
    }

    @Test func writesOpenMetricsWithExemplars() {
        #expect(
            sample().exposition(.openMetrics) == """
                # HELP requests Requests.
                # TYPE requests counter
                requests_total{code="2\\"00\r\\n\\\\"} 3
                # HELP ready Ready.
                # TYPE ready gauge
                ready 1.0
                # HELP seconds Times.
                # TYPE seconds histogram
                seconds_bucket{le="0.1"} 1
                seconds_bucket{le="1.0"} 1
                seconds_bucket{le="+Inf"} 2 # {trace_id="000000000000000a0000000000000001",span_id="0000000000000002"} 2.0 1.5
                seconds_sum 2.1
                seconds_count 2
                # HELP times How many.
                # TYPE times unknown
                times 2
                # EOF

                """
        )
    }

    @Test func theNewestExemplarOfABucketIsTold() {
        let registry = MetricRegistry()
        let times = registry.histogram("seconds", "Times.", unit: .milliseconds, buckets: [100]).with()
        for number in 1...3 {
            let exemplar = self.exemplar(TraceID(high: 0, low: UInt64(number)), 0, at: WallTime(seconds: 1))
            times.observe(nanoseconds: Int64(number) * 1_000_000, exemplar)
        }
        let text = registry.exposition(.openMetrics)
        #expect(text.contains("le=\"100.0\"} 3 # {trace_id=\"00000000000000000000000000000003\""))
        #expect(text.contains("seconds_sum 6.0\n") && !text.contains("0001\""))
    }

    @Test(arguments: [
        ("", ExpositionFormat.text), ("*/*", .text), ("text/plain", .text),
        ("application/openmetrics-text", .openMetrics),
        ("application/openmetrics-text;version=1.0.0,text/plain;q=0.5", .openMetrics),
        ("application/openmetrics-text; version=0.0.1", .text),
        ("application/openmetrics-text;q=0.4, text/plain", .text),
        ("application/openmetrics-text;q=x;=;;,,;", .openMetrics), (";,=q;q=;", .text),
    ])
    func theFormatIsWhatTheClientLikesBest(_ accept: String, _ format: ExpositionFormat) {
        #expect(ExpositionFormat(accept: accept) == format)
    }

    @Test func boundsTheNumberOfSeriesAndCountsWhatIsFolded() {
        let registry = MetricRegistry()
        let family = registry.counter("c", "C.", labels: ["id"])
        for id in 0..<MetricLimits.seriesMax + 10 { family.with("\(id)").add() }
        #expect(family.with("anything").value == 10)
        #expect(registry.exposition().contains("roost_metrics_folded_total{metric=\"c\"} 11\n"))
    }

    @Test func threadsThatCountAtOnceLoseNothing() async {
        let registry = MetricRegistry(threads: 3)
        let (counter, times) = (registry.counter("c", "C.").with(), registry.histogram("h", "H.").with())
        await withTaskGroup(of: Void.self) { group in
            for thread in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 {
                        counter.add()
                        let exemplar = self.exemplar(TraceID(high: 0, low: 7), UInt64(thread), at: WallTime(seconds: 0))
                        times.observe(nanoseconds: 1_000_000_000, exemplar)
                    }
                }
            }
        }
        #expect(counter.value == 8000)
        #expect(registry.exposition(.openMetrics).contains("h_sum 8000.0\n"))
    }

    @Test func aFamilyIsDeclaredOnce() {
        let registry = MetricRegistry()
        registry.counter("c_total", "C.").with().add()
        registry.counter("c_total", "C.").with().add()
        registry.add(ProcessFigures.write)
        let text = registry.exposition()
        #expect(text.hasPrefix("# HELP c_total C.\n# TYPE c_total counter\nc_total 2\n# HELP process_"))
        #expect(text.contains("# TYPE process_cpu_seconds_total counter\n"))
    }
}
