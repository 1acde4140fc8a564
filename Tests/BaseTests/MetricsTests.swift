import Base
import Testing

@Suite struct MetricsTests {
    @Test func writesThePrometheusTextFormat() {
        let registry = MetricRegistry()
        registry.counter("requests_total", "Requests.", labels: ["code"]).with("2\"00").add(3)
        registry.gauge("ready", "Ready.").with().set(1)
        let times = registry.histogram("seconds", "Times.", buckets: [0.1, 1]).with()
        times.observe(nanoseconds: 100_000_000)
        times.observe(nanoseconds: 2_000_000_000)
        #expect(
            registry.exposition() == """
                # HELP requests_total Requests.
                # TYPE requests_total counter
                requests_total{code="2\\"00"} 3
                # HELP ready Ready.
                # TYPE ready gauge
                ready 1.0
                # HELP seconds Times.
                # TYPE seconds histogram
                seconds_bucket{le="0.1"} 1
                seconds_bucket{le="1.0"} 1
                seconds_bucket{le="+Inf"} 2
                seconds_sum 2.1
                seconds_count 2

                """
        )
    }

    @Test func boundsTheNumberOfSeries() {
        let family = MetricRegistry().counter("c", "C.", labels: ["id"])
        for id in 0..<MetricLimits.seriesMax + 10 { family.with("\(id)").add() }
        #expect(family.with("anything").value == 10)
    }
}
