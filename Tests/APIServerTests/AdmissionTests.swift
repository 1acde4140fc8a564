import APIServer
import Base
import KubeClient
import KubeModel
import TestKit
import Testing

struct AdmissionTests {
    private static let labeller = AdmissionHook(
        name: "labeller.roost.dev",
        resources: [.configMaps],
        mutate: { object, old, context in
            object.metadata["labels"]["seen"] = .string("\(context.operation.rawValue) \(old?.name ?? "")")
        },
        validate: { object, _, _ throws(APIStatus) in
            if object["data"]["bad"] != .null { throw APIStatus.denied(by: "labeller.roost.dev", "bad is not good") }
            return object["data"]["odd"] == .null ? [] : ["odd is deprecated"]
        }
    )

    @Test func hooksCompleteRefuseAndWarn() async throws {
        try await withRegistry(hooks: [Self.labeller]) { registry in
            let made = try await registry.create(.configMaps, namespace: "default", .configMap("cm", ["odd": "1"]))
            #expect(made.object.labels == ["seen": "CREATE "] && made.warnings == ["odd is deprecated"])
            let patched = try await registry.patch(.configMaps, made.object.key, .merge(["data": ["a": "1"]]))
            #expect(patched.object.labels == ["seen": "UPDATE cm"])
            let refused = await #expect(throws: APIStatus.self) {
                try await registry.patch(.configMaps, made.object.key, .merge(["data": ["bad": "1"]]))
            }
            #expect(refused?.message == "admission webhook \"labeller.roost.dev\" denied the request: bad is not good")
            let secret = KubeObject(.secrets, kind: "Secret", namespace: "default", name: "s")
            let other = try await registry.create(.secrets, namespace: "default", secret)
            #expect(other.object.labels.isEmpty)
        }
    }
}

struct ServiceAddressTests {
    private func service(_ name: String, _ spec: JSON) -> KubeObject {
        var service = KubeObject(.services, kind: "Service", namespace: "default", name: name)
        service.spec = spec
        return service
    }

    private static let port: JSON = [["name": "a", "port": 80, "protocol": "TCP"]]

    @Test func addressesAreGivenOnceAndKept() async throws {
        try await withServer { server in
            let api = server.api
            _ = try await api.create(.namespaces, KubeObject(.namespaces, kind: "Namespace", name: "default"))
            let first = try await api.create(.services, service("a", ["ports": Self.port]))
            #expect(first.spec["clusterIP"] == "127.1.128.2" && first.spec["clusterIPs"] == ["127.1.128.2"])
            let own = try await api.create(.services, service("kubernetes", ["ports": Self.port]))
            #expect(own.spec["clusterIP"] == "127.1.128.1", "the first address is the API's")
            let replaced = try await api.update(.services, service("a", ["ports": Self.port, "selector": ["a": "b"]]))
            #expect(replaced.spec["clusterIP"] == "127.1.128.2")
            let headless = try await api.create(.services, service("h", ["ports": Self.port, "clusterIP": "None"]))
            #expect(headless.spec["clusterIPs"] == ["None"])
            let taken = await #expect(throws: APIStatus.self) {
                try await api.create(.services, service("t", ["ports": Self.port, "clusterIP": "127.1.128.2"]))
            }
            #expect(
                taken?.message.hasSuffix("failed to allocate IP 127.1.128.2: provided IP is already allocated") == true
            )
            try await api.delete(.services, first.key)
            let next = try await api.create(.services, service("n", ["ports": Self.port]))
            #expect(next.spec["clusterIP"] == "127.1.128.2", "an address comes back")
        }
    }

    @Test func manyAtOnceGetDifferentAddresses() async throws {
        try await withServer { server in
            let api = server.api
            _ = try await api.create(.namespaces, KubeObject(.namespaces, kind: "Namespace", name: "default"))
            let given = try await withThrowingTaskGroup(of: (String, Int).self) { group in
                for index in 0..<20 {
                    group.addTask {
                        let made = try await api.create(
                            .services,
                            service("s\(index)", ["type": "NodePort", "ports": Self.port])
                        )
                        return (made.spec["clusterIP"].string ?? "", made.spec["ports"][0]["nodePort"].int ?? 0)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(given.map(\.0)).count == 20 && Set(given.map(\.1)).count == 20)
            #expect(given.allSatisfy { (30_000...32_767).contains($0.1) })
        }
    }
}
