import Base
import KubeKinds
import KubeModel

/// What a CustomResourceDefinition is told by the server that serves it.
enum CustomResources {
    /// A new definition with the status of one whose kinds are served: here they are so at once.
    static func establish(_ definition: KubeObject, now: WallTime) -> KubeObject {
        var definition = definition
        let versions = definition.spec["versions"].array ?? []
        let storage = versions.first { $0["storage"].bool == true }?["name"].string
        func condition(_ type: String, _ reason: String, _ message: String) -> JSON {
            [
                "type": .string(type), "status": "True", "lastTransitionTime": .string(now.rfc3339),
                "reason": .string(reason), "message": .string(message),
            ]
        }
        definition.status = [
            "conditions": [
                condition("NamesAccepted", "NoConflicts", "no conflicts found"),
                condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
            ],
            "acceptedNames": definition.spec["names"], "storedVersions": JSON(storage.map { [$0] } ?? []),
        ]
        return definition
    }
}

extension Registry {
    /// Serves the kinds of a definition from now on, in the versions that it has now.
    func serve(_ definition: KubeObject) {
        let types = CustomResourceKind.types(of: definition)
        withCatalog { catalog in
            catalog.remove { type in type.id.qualified == definition.name && !types.contains { $0.id == type.id } }
            for type in types { catalog.add(type) }
        }
    }

    /// Follows a change of a definition that was committed.
    func follow(_ write: StoreWrite, _ definition: KubeObject) async {
        if write.object == nil { await forget(definition) } else { serve(definition) }
    }

    /// Takes the kinds of a deleted definition out of service, and their objects with them.
    ///
    /// Their finalizers are not waited for: nobody could remove them through an API that no longer has the kind.
    func forget(_ definition: KubeObject) async {
        withCatalog { catalog in catalog.remove { $0.id.qualified == definition.name } }
        guard !types.contains(where: { $0.id.qualified == definition.name }) else { return }
        while case let objects = store.list(definition.name).objects, !objects.isEmpty {
            for object in objects {
                let key = StoreKey(collection: definition.name, object: object.key)
                guard let stored = store.get(key) else { continue }
                do throws(StoreFault) {
                    _ = try await store.commit(StoreWrite(key, expected: .revision(stored.revision), object: nil))
                } catch {
                    // Changed or gone meanwhile: the next round sees. A store that fails cannot be helped from here.
                    if error != .changed && error != .missing { return }
                }
            }
        }
    }
}
