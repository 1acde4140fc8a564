import Autoscaler
import Base
import KServeModel
import Keda
import KubeClient
import KubeModel
import Serverless

/// Brings what Roost ships into an API: KServe's kinds, the platform's configuration, the runtimes, the gateway.
struct ShippedObjects: Sendable {
    let api: any KubernetesAPI

    /// Kinds follow the program; everything else is made once and is the user's from then on.
    func ensure() async throws {
        for definition in try KServeData.customResourceDefinitions() { try await follow(definition) }
        for definition in try ServerlessData.customResourceDefinitions() { try await follow(definition) }
        for definition in try KedaData.customResourceDefinitions() { try await follow(definition) }
        for object in try KServeData.objects() { try await ensure(object) }
        for object in try ServerlessData.objects() { try await ensure(object) }
        for object in try AutoscalerData.objects() {
            if object.kind == "CustomResourceDefinition" { try await follow(object) } else { try await ensure(object) }
        }
    }

    /// Tells clients where the ingress answers.
    func publishIngress(host: String, port: Int) async throws(APIStatus) {
        let key = ObjectKey(namespace: "istio-system", name: "istio-ingressgateway")
        let status: JSON = [
            "status": [
                "loadBalancer": [
                    "ingress": [["ip": .string(host), "ports": [["port": .int(Int64(port)), "protocol": "TCP"]]]]
                ]
            ]
        ]
        _ = try await api.patch(.services, key, .merge(status), subresource: "status")
    }

    private func follow(_ definition: KubeObject) async throws(APIStatus) {
        guard let stored = try await api.find(.customResourceDefinitions, definition.key) else {
            _ = try await api.create(.customResourceDefinitions, definition)
            return
        }
        guard stored.spec["versions"] != definition.spec["versions"] else { return }
        var changed = stored
        changed.spec = definition.spec
        _ = try await api.update(.customResourceDefinitions, changed)
    }

    private func ensure(_ object: KubeObject) async throws {
        let resource = try resource(of: object)
        if try await api.find(resource, object.key) == nil { _ = try await api.create(resource, object) }
    }

    /// The collection of a shipped object; a kind that is not in this table is a mistake of the program's own data.
    private func resource(of object: KubeObject) throws -> ResourceID {
        let known: [String: ResourceID] = [
            "Namespace": .namespaces, "ConfigMap": .configMaps, "Service": .services, "GatewayClass": .gatewayClasses,
            "Gateway": .gateways, "ServingRuntime": .servingRuntimes, "ClusterServingRuntime": .clusterServingRuntimes,
            "ClusterStorageContainer": ResourceID("serving.kserve.io", "v1alpha1", "clusterstoragecontainers"),
        ]
        guard let resource = known[object.kind] else {
            throw Failure("shipped object \(object.kind) \(object.name) is of no kind that roost ships")
        }
        return resource
    }
}
