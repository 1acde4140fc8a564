package import Base
package import KubeClient
package import KubeModel

/// The values of custom and external metrics, asked of Prometheus.
///
/// A metric's query is the one that an autoscaler of the namespace brings, or is made of its name, its selector and
/// the labels that Prometheus gives to what Kubernetes runs. Metrics of ScaledObjects are asked where their triggers say.
package struct PrometheusMetrics: MetricsAPI {
    private let client: PrometheusClient
    private let url: String?
    private let time: any TimeSource

    /// - Parameter url: the server's root; without it only triggers that name a server of their own are answered.
    package init(client: PrometheusClient, url: String?, time: any TimeSource = SystemTime()) {
        self.client = client
        self.url = url
        self.time = time
    }

    package func values(
        of request: MetricRequest,
        object: ResourceType?,
        _ api: any KubernetesAPI
    ) async throws(APIStatus) -> [KubeObject] {
        switch request.subject {
        case .external: return try await external(request, api)
        case .one(_, let name): return try await one(request, object, name, api)
        case .every(let collection):
            guard collection == ResourceID.pods.qualified else {
                throw .badRequest("only pods have metrics together; others are asked for by their names")
            }
            return try await pods(request, api)
        }
    }

    // MARK: External

    private func external(_ request: MetricRequest, _ api: any KubernetesAPI) async throws(APIStatus) -> [KubeObject] {
        let selector = try LabelSelector(request.metricSelector)
        let samples: [PrometheusSample]
        if let trigger = try await TriggerQuery(request, selector, api) {
            let found = try await ask(trigger.query, at: trigger.server, tenant: trigger.tenant)
            samples = [try trigger.value(of: found, now: time.wall())]
        } else {
            samples = try await ask(request, api) { () throws(PrometheusFault) in
                try PromQL.total(request.metric, selector)
            }
        }
        return samples.map { sample in
            KubeObject([
                "metricName": .string(request.metric), "metricLabels": JSON(sample.labels),
                "timestamp": .string(sample.at.rfc3339), "value": .string(sample.quantity),
            ])
        }
    }

    // MARK: Custom

    private func pods(_ request: MetricRequest, _ api: any KubernetesAPI) async throws(APIStatus) -> [KubeObject] {
        let options = ListOptions(labelSelector: request.objectSelector)
        let pods = try await api.list(.pods, namespace: request.namespace, options).items.map(\.name)
        guard !pods.isEmpty else { return [] }
        let selector = try LabelSelector(request.metricSelector)
        let samples = try await ask(request, api) { () throws(PrometheusFault) in
            try PromQL.byPod(request.metric, pods, namespace: request.namespace ?? "", selector)
        }
        let known = Set(pods)
        return samples.compactMap { sample in
            guard let pod = sample.labels["pod"], known.contains(pod) else { return nil }
            return value(request, sample, kind: "Pod", apiVersion: "v1", name: pod)
        }
    }

    private func one(
        _ request: MetricRequest,
        _ object: ResourceType?,
        _ name: String,
        _ api: any KubernetesAPI
    ) async throws(APIStatus) -> [KubeObject] {
        guard let object else { return [] }
        let selector = try LabelSelector(request.metricSelector)
        let samples = try await ask(request, api) { () throws(PrometheusFault) in
            try PromQL.total(request.metric, of: object.singular, name, namespace: request.namespace, selector)
        }
        guard let first = samples.first else {
            let whom = "\(object.id.qualified) \(name)"
            throw APIStatus(.notFound, "the server could not find the metric \(request.metric) for \(whom)")
        }
        guard samples.count == 1 else {
            throw .badRequest("the query of metric \(request.metric) gives \(samples.count) series where one is wanted")
        }
        return [value(request, first, kind: object.kind, apiVersion: object.id.apiVersion, name: name)]
    }

    private func value(
        _ request: MetricRequest,
        _ sample: PrometheusSample,
        kind: String,
        apiVersion: String,
        name: String
    ) -> KubeObject {
        let described: JSON = [
            "kind": .string(kind), "namespace": JSON(request.namespace), "name": .string(name),
            "apiVersion": .string(apiVersion),
        ]
        return KubeObject([
            "describedObject": described, "metric": ["name": .string(request.metric), "selector": .null],
            "timestamp": .string(sample.at.rfc3339), "value": .string(sample.quantity),
        ])
    }

    // MARK: Asking

    /// The samples of a metric by the query that an autoscaler brings, else by `usual`.
    private func ask(
        _ request: MetricRequest,
        _ api: any KubernetesAPI,
        usual: () throws(PrometheusFault) -> String
    ) async throws(APIStatus) -> [PrometheusSample] {
        guard let url else {
            throw APIStatus(
                .serviceUnavailable,
                "metric \(request.metric) cannot be asked for: no Prometheus is named (--prometheus-url)"
            )
        }
        let scalers = try await api.list(.horizontalPodAutoscalers, namespace: request.namespace).items
        let query: String
        do throws(PrometheusFault) {
            if let own = try MetricQueries(scalers).own(request.metric) { query = own } else { query = try usual() }
        } catch {
            throw .badRequest(error.description)
        }
        return try await ask(query, at: url)
    }

    private func ask(
        _ query: String,
        at url: String,
        tenant: String? = nil
    ) async throws(APIStatus) -> [PrometheusSample] {
        do throws(PrometheusFault) {
            return try await client.samples(of: query, at: url, tenant: tenant)
        } catch {
            throw APIStatus(.serviceUnavailable, error.description)
        }
    }
}

extension PrometheusSample {
    /// The value as a quantity, in whole thousandths and within 64 bits of them.
    fileprivate var quantity: String {
        let milli = (value * 1000).rounded(.towardZero)
        return Quantity(milli: abs(milli) < 0x1p62 ? Int64(milli) : milli < 0 ? -(1 << 62) : 1 << 62).description
    }
}
