import Base
import KubeModel
import MetricsServer
import Testing

@Suite struct PromQLTests {
    @Test(arguments: [
        ("", "sum(queue_depth)"),
        ("queue=orders", "sum(queue_depth{queue=\"orders\"})"),
        ("queue in (a.b,c),!old,team", "sum(queue_depth{old=\"\",queue=~\"a\\\\.b|c\",team!=\"\"})"),
        ("queue notin (a),team!=x", "sum(queue_depth{queue!~\"a\",team!=\"x\"})"),
    ])
    func totalsFollowTheSelector(_ selector: String, _ query: String) throws {
        #expect(try PromQL.total("queue_depth", LabelSelector(selector)) == query)
    }

    @Test func objectsAndPodsAreNamed() throws {
        let own = try PromQL.total("hits", of: "service", "a\"b", namespace: "shop", LabelSelector("code=200"))
        #expect(own == #"sum(hits{namespace="shop",service="a\"b",code="200"})"#)
        let pods = try PromQL.byPod("app:hits", ["web-1", "web.2"], namespace: "shop", .everything)
        #expect(pods == #"sum by (pod) (app:hits{namespace="shop",pod=~"web-1|web\\.2"})"#)
    }

    @Test(arguments: [
        ("http-requests", ""), ("1st", ""), ("a) or vector(1", ""), ("", ""), ("hits", "app.kubernetes.io/name=x"),
        ("hits", "size>3"),
    ])
    func whatPrometheusHasNoNameForIsRefused(_ metric: String, _ selector: String) {
        #expect(throws: PrometheusFault.self) { try PromQL.total(metric, LabelSelector(selector)) }
    }

    /// Autoscalers by name with the queries that they bring for the metric `hits`.
    private func queries(_ written: [(String, String)]) -> MetricQueries {
        MetricQueries(
            written.map { name, query in
                var scaler = KubeObject(.horizontalPodAutoscalers, kind: "HorizontalPodAutoscaler", name: name)
                scaler.metadata["annotations"] = ["roost.dev/query.hits": .string(query)]
                return scaler
            }
        )
    }

    @Test func aNameMeansOneQueryInANamespace() throws {
        #expect(try queries([]).own("hits") == nil)
        #expect(try queries([("a", "sum(rate(hits[1m]))")]).own("hits") == "sum(rate(hits[1m]))")
        #expect(try queries([("a", "x"), ("b", "x")]).own("hits") == "x")
        #expect(try queries([("a", "x")]).own("misses") == nil)
        let fault = PrometheusFault("HorizontalPodAutoscalers a and b have different queries for hits")
        #expect(throws: fault) { try queries([("b", "y"), ("a", "x")]).own("hits") }
    }
}
