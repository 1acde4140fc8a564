import APIServer
import Base
import KubeModel
import TestKit
import Testing

/// What a Prometheus without Kubernetes' own discovery is told of pods and Services.
@Suite(.timeLimit(.minutes(1)))
struct ScrapeTargetTests {
    private static let pods = "/api/v1/namespaces/default/pods"

    private func withObjects(_ body: (APIServer) async throws -> Void) async throws {
        try await withServer { server in
            _ = await server.ask("POST", "/api/v1/namespaces", ["metadata": ["name": "default"]])
            let pod: JSON = [
                "metadata": [
                    "name": "p", "labels": ["app": "a"], "annotations": ["prometheus.io/scrape": "true"],
                ],
                "spec": [
                    "nodeName": "n",
                    "containers": [
                        ["name": "c", "image": "i", "ports": [["name": "web", "containerPort": 80]]],
                        ["name": "d", "image": "i"],
                    ],
                ],
            ]
            _ = await server.ask("POST", Self.pods, pod)
            _ = await server.ask("POST", Self.pods, ["metadata": ["name": "waiting"], "spec": pod["spec"]])
            let status: JSON = [
                "metadata": ["name": "p"],
                "status": [
                    "phase": "Running", "podIP": "127.1.1.1", "conditions": [["type": "Ready", "status": "True"]],
                ],
            ]
            _ = await server.ask("PUT", "\(Self.pods)/p/status", status)
            let service: JSON = [
                "metadata": ["name": "s", "labels": ["tier": "x"]], "spec": ["ports": [["port": 80]]],
            ]
            _ = await server.ask("POST", "/api/v1/namespaces/default/services", service)
            let endpoints: JSON = [
                "metadata": ["name": "s"],
                "subsets": [
                    [
                        "addresses": [["ip": "127.1.1.1", "targetRef": ["kind": "Pod", "name": "p"]]],
                        "notReadyAddresses": [["ip": "127.1.1.2"]], "ports": [["name": "web", "port": 8080]],
                    ]
                ],
            ]
            _ = await server.ask("POST", "/api/v1/namespaces/default/endpoints", endpoints)
            try await body(server)
        }
    }

    private func labels(_ group: JSON) -> [String: String] {
        Dictionary(
            group["labels"].stringMap.map { (String($0.key.dropFirst("__meta_kubernetes_".count)), $0.value) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    @Test func eachPortOfAPodIsATarget() async throws {
        try await withObjects { server in
            let groups = await server.ask("GET", "/prometheus/targets/pod").json.array ?? []
            #expect(groups.map { $0["targets"].strings } == [["127.1.1.1:80"], ["127.1.1.1"]])
            let labels = labels(groups.first ?? .null)
            let wanted = [
                "namespace": "default", "pod_name": "p", "pod_ip": "127.1.1.1", "pod_phase": "Running",
                "pod_ready": "true",
                "pod_node_name": "n", "pod_label_app": "a", "pod_labelpresent_app": "true",
                "pod_annotation_prometheus_io_scrape": "true", "pod_container_name": "c",
                "pod_container_init": "false", "pod_container_port_name": "web", "pod_container_port_number": "80",
                "pod_container_port_protocol": "TCP",
            ]
            for (name, value) in wanted { #expect(labels[name] == value, "\(name)") }
            for (query, count) in [("labelSelector=app%3Da", 2), ("labelSelector=app%3Db", 0), ("namespace=other", 0)] {
                #expect(
                    await server.ask("GET", "/prometheus/targets/pod?\(query)").json.array?.count == count,
                    "\(query)"
                )
            }
            #expect(await server.ask("GET", "/prometheus/targets/pod?labelSelector=%3D").status == 400)
            #expect(await server.ask("POST", "/prometheus/targets/pod").status == 405)
        }
    }

    @Test func eachAddressBehindAServiceIsATarget() async throws {
        try await withObjects { server in
            let groups = await server.ask("GET", "/prometheus/targets/endpoints").json.array ?? []
            #expect(groups.map { $0["targets"].strings } == [["127.1.1.1:8080"], ["127.1.1.2:8080"]])
            let first = labels(groups.first ?? .null)
            #expect(first["service_name"] == "s" && first["service_label_tier"] == "x")
            #expect(first["endpoint_ready"] == "true" && first["endpoint_port_name"] == "web")
            #expect(first["pod_name"] == "p")
            #expect(labels(groups.last ?? .null)["endpoint_ready"] == "false")
        }
    }
}
