package import Base
package import KubeModel

/// The objects whose state is told, at one moment.
package struct ClusterState: Sendable {
    package var services: [KubeObject]
    package var graphs: [KubeObject]
    package var models: [KubeObject]
    package var experiments: [KubeObject]
    /// Deployments of InferenceServices.
    package var deployments: [KubeObject]
    package var autoscalers: [KubeObject]
    /// Pods of InferenceServices.
    package var pods: [KubeObject]

    package init(
        services: [KubeObject] = [],
        graphs: [KubeObject] = [],
        models: [KubeObject] = [],
        experiments: [KubeObject] = [],
        deployments: [KubeObject] = [],
        autoscalers: [KubeObject] = [],
        pods: [KubeObject] = []
    ) {
        self.services = services
        self.graphs = graphs
        self.models = models
        self.experiments = experiments
        self.deployments = deployments
        self.autoscalers = autoscalers
        self.pods = pods
    }

    /// Objects of one kind that are told of; of more, the first by their names.
    package static let objectsMax = 10_000

    /// Writes all series.
    package func write(into writer: inout ExpositionWriter) {
        ServiceSeries(self).write(into: &writer)
        ConditionSeries("kserve_inferencegraph", label: "inferencegraph", graphs).write(into: &writer)
        ConditionSeries("kserve_trainedmodel", label: "trainedmodel", models).write(into: &writer)
        ConditionSeries("roost_experiment", label: "experiment", experiments).write(into: &writer)
        writeExperiments(into: &writer)
        WorkloadSeries(self).write(into: &writer)
        writer.family("roost_state_omitted_objects", "Objects beyond those whose state is told.", .gauge)
        let kinds = [services, graphs, models, experiments, deployments, autoscalers, pods]
        writer.sample([], kinds.reduce(0) { $0 + max($1.count - Self.objectsMax, 0) })
    }

    private func writeExperiments(into writer: inout ExpositionWriter) {
        writer.family("roost_experiment_weight_percent", "Share of requests that a version gets.", .gauge)
        for experiment in experiments.prefix(Self.objectsMax) {
            for arm in experiment.status["arms"].array ?? [] {
                let labels = experiment.stateLabels("experiment") + [("version", arm["name"].string ?? "")]
                writer.sample(labels, arm["weight"].int ?? 0)
            }
        }
    }
}

/// Labels by which objects tell whose they are.
enum StateLabel {
    static let service = "serving.kserve.io/inferenceservice"
    static let component = "component"
}

extension KubeObject {
    /// The labels of every series about this object.
    func stateLabels(_ kind: String) -> ExpositionWriter.Labels { [("namespace", namespace ?? ""), (kind, name)] }
}
