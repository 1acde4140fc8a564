import Base
import KubeModel
import StateMetrics
import Testing

@Suite struct ClusterStateTests {
    private func object(_ yaml: String) throws -> KubeObject { KubeObject(try #require(try YAML.parse(yaml).first)) }

    private func text(_ state: ClusterState) -> String {
        var writer = ExpositionWriter(.text)
        state.write(into: &writer)
        return writer.text
    }

    /// The sample lines about one series.
    private func samples(_ state: ClusterState, _ name: String) -> [String] {
        text(state).split(separator: "\n").filter { $0.hasPrefix("\(name){") }.map { String($0.dropFirst(name.count)) }
    }

    private func service(_ status: String) throws -> KubeObject {
        try object(
            """
            metadata: {name: iris, namespace: ml}
            spec: {predictor: {maxReplicas: 3}, transformer: {}}
            status: \(status)
            """
        )
    }

    @Test func conditionsOfAService() throws {
        let state = ClusterState(
            services: [
                try service(
                    "{deploymentMode: Standard, conditions: [{type: Ready, status: 'True'}, {type: Stopped, status: 'False'}, {}]}"
                )
            ]
        )
        let id = "namespace=\"ml\",inferenceservice=\"iris\""
        #expect(samples(state, "kserve_inferenceservice_ready") == ["{\(id)} 1"])
        #expect(samples(state, "kserve_inferenceservice_info") == ["{\(id),mode=\"Standard\"} 1"])
        #expect(samples(state, "kserve_inferenceservice_replicas_max") == ["{\(id),component=\"predictor\"} 3"])
        let expected = [
            ("Ready", "true", 1), ("Ready", "false", 0), ("Ready", "unknown", 0), ("Stopped", "true", 0),
            ("Stopped", "false", 1), ("Stopped", "unknown", 0),
        ].map { "{\(id),condition=\"\($0)\",status=\"\($1)\"} \($2)" }
        #expect(samples(state, "kserve_inferenceservice_status_condition") == expected)
        #expect(samples(ClusterState(services: [try service("{}")]), "kserve_inferenceservice_ready") == ["{\(id)} 0"])
    }

    @Test(arguments: [
        ("{components: {predictor: {latestReadyRevision: a, latestRolledoutRevision: a}}}", ["a": 100]),
        (
            "{components: {predictor: {traffic: [{revisionName: b, percent: 30}, {revisionName: a, percent: 70}, {}]}}}",
            ["a": 70, "b": 30]
        ),
        (
            "{components: {predictor: {latestRolledoutRevision: a}}, canaryStatuses: ["
                + "{name: v2, ready: true, trafficPercent: 20}, {name: v3, ready: false, trafficPercent: 10}]}",
            ["a": 80, "iris-v2-predictor": 20, "iris-v3-predictor": 0]
        ),
        ("{}", [:]), ("{components: 3, canaryStatuses: {}}", [:]),
    ])
    func sharesOfTraffic(_ status: String, _ shares: [String: Int]) throws {
        let told = samples(ClusterState(services: [try service(status)]), "kserve_inferenceservice_traffic_percent")
        let expected = shares.map {
            "{namespace=\"ml\",inferenceservice=\"iris\",component=\"predictor\",revision=\"\($0)\"} \($1)"
        }
        #expect(Set(told) == Set(expected))
    }

    @Test func replicasAndRestarts() throws {
        let labels = "labels: {serving.kserve.io/inferenceservice: iris, component: predictor}"
        let deployment = try object(
            "metadata: {name: iris-predictor, namespace: ml, \(labels)}\nspec: {replicas: 2}\nstatus: {readyReplicas: 1}"
        )
        let pod = try object(
            "metadata: {name: p, namespace: ml}\nstatus: {containerStatuses: [{name: c, restartCount: 4}]}"
        )
        let autoscaler = try object(
            "metadata: {name: h, namespace: ml}\nspec: {maxReplicas: 5}\nstatus: {currentReplicas: 2, desiredReplicas: 3}"
        )
        let state = ClusterState(deployments: [deployment], autoscalers: [autoscaler], pods: [pod])
        let id = "namespace=\"ml\",inferenceservice=\"iris\",component=\"predictor\",revision=\"iris-predictor\""
        #expect(samples(state, "kserve_inferenceservice_replicas_desired") == ["{\(id)} 2"])
        #expect(samples(state, "kserve_inferenceservice_replicas_ready") == ["{\(id)} 1"])
        let restarts = samples(state, "kube_pod_container_status_restarts_total")
        #expect(restarts == ["{namespace=\"ml\",pod=\"p\",container=\"c\"} 4"])
        let desired = samples(state, "kube_horizontalpodautoscaler_status_desired_replicas")
        #expect(desired == ["{namespace=\"ml\",horizontalpodautoscaler=\"h\"} 3"])
    }

    @Test func experimentsTellTheirShares() throws {
        let experiment = try object(
            "metadata: {name: e, namespace: ml}\nstatus: {arms: [{name: a, weight: 90}, {name: b, weight: 10}]}"
        )
        #expect(
            samples(ClusterState(experiments: [experiment]), "roost_experiment_weight_percent") == [
                "{namespace=\"ml\",experiment=\"e\",version=\"a\"} 90",
                "{namespace=\"ml\",experiment=\"e\",version=\"b\"} 10",
            ]
        )
    }

    @Test func objectsBeyondTheBoundAreOnlyCounted() throws {
        let pod = try object("metadata: {name: p}\nstatus: {containerStatuses: [{name: c}]}")
        let state = ClusterState(pods: Array(repeating: pod, count: ClusterState.objectsMax + 2))
        #expect(samples(state, "kube_pod_container_status_restarts_total").count == ClusterState.objectsMax)
        #expect(text(state).contains("roost_state_omitted_objects 2\n"))
    }
}
