import APIServer
import Base
import KubeClient
import KubeKinds
import KubeModel
import TestKit
import Testing

struct CustomResourceTests {
    private static let gadgets = ResourceID("test.roost.dev", "v1", "gadgets")
    private static let gadgetsBeta = ResourceID("test.roost.dev", "v1beta1", "gadgets")

    private static let definition: KubeObject = {
        var definition = KubeObject(
            .customResourceDefinitions,
            kind: "CustomResourceDefinition",
            name: "gadgets.test.roost.dev"
        )
        let versions = ["v1", "v1beta1"].map { version -> JSON in
            [
                "name": .string(version), "served": true, "storage": .bool(version == "v1"),
                "schema": ["openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]],
                "subresources": ["status": .emptyObject],
            ]
        }
        definition.spec = [
            "group": "test.roost.dev", "scope": "Namespaced", "names": ["plural": "gadgets", "kind": "Gadget"],
            "versions": .array(versions),
        ]
        return definition
    }()

    @Test func definitionIsServedAtOnceAndAfterRestart() async throws {
        try await withScratchDirectory { folder in
            do {
                let store = try Store(folder: folder)
                defer { store.close() }
                let registry = Registry(store: store, types: BuiltInKinds.all)
                let made = try await registry.create(.customResourceDefinitions, namespace: nil, Self.definition).object
                let established = made.status["conditions"].array?.first { $0["type"] == "Established" }
                #expect(established?["status"] == "True" && made.status["storedVersions"] == ["v1"])
                #expect(made.status["acceptedNames"]["listKind"] == "GadgetList")
                let space = KubeObject(.namespaces, kind: "Namespace", name: "default")
                _ = try await registry.create(.namespaces, namespace: nil, space)
                let gadget = KubeObject(Self.gadgetsBeta, kind: "Gadget", namespace: "default", name: "g")
                _ = try await registry.create(Self.gadgetsBeta, namespace: "default", gadget)
            }
            let store = try Store(folder: folder)
            defer { store.close() }
            let registry = Registry(store: store, types: BuiltInKinds.all)
            let key = ObjectKey(namespace: "default", name: "g")
            #expect(try registry.get(Self.gadgets, key).apiVersion == "test.roost.dev/v1")
            #expect(try registry.get(Self.gadgetsBeta, key).apiVersion == "test.roost.dev/v1beta1")
        }
    }

    @Test func deletedDefinitionTakesItsObjects() async throws {
        try await withServer { server in
            let api = server.api
            _ = try await api.create(.namespaces, KubeObject(.namespaces, kind: "Namespace", name: "default"))
            _ = try await api.create(.customResourceDefinitions, Self.definition)
            let gadget = KubeObject(Self.gadgets, kind: "Gadget", namespace: "default", name: "g")
            _ = try await api.create(Self.gadgets, gadget)
            let events = try await api.watch(Self.gadgets, namespace: nil, ListOptions())
            try await api.delete(.customResourceDefinitions, Self.definition.key)
            let refused = await #expect(throws: APIStatus.self) { try await api.list(Self.gadgets) }
            #expect(refused?.code == 404)
            var seen: [String] = []
            for try await event in events {
                seen.append(event.summary)
                if seen.count == 2 { break }
            }
            #expect(seen == ["ADDED g", "DELETED g"])
            #expect(await server.ask("GET", "/apis/test.roost.dev/v1/gadgets").text == "404 page not found\n")
        }
    }

    @Test func builtInKindsStayWhatTheyAre() async throws {
        try await withServer { server in
            var definition = Self.definition
            definition.metadata["name"] = "deployments.apps"
            definition.spec["group"] = "apps"
            definition.spec["names"] = ["plural": "deployments", "kind": "Deployment"]
            _ = try? await server.api.create(.customResourceDefinitions, definition)
            try? await server.api.delete(.customResourceDefinitions, definition.key)
            let deployments = try await server.api.list(.deployments)
            #expect(deployments.items.isEmpty)
        }
    }
}
