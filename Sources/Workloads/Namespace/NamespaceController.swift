import Base
import KubeClient
import KubeModel

/// Gives every namespace what all have, and empties those that are going.
struct NamespaceController: Sendable {
    private let api: any KubernetesAPI
    private let namespaces: Informer
    private let accounts: Informer
    private let configMaps: Informer
    private let kinds: ServedKinds
    private let certificateAuthority: String

    /// How soon a namespace that still holds something is looked at again.
    private static let patience: Duration = .milliseconds(250)
    private static let finalizer = "kubernetes"
    private static let accountName = "default"
    private static let configMapName = "kube-root-ca.crt"

    init(_ api: any KubernetesAPI, _ caches: Caches, kinds: ServedKinds, certificateAuthority: String) {
        self.api = api
        self.kinds = kinds
        self.certificateAuthority = certificateAuthority
        namespaces = caches[.namespaces]
        accounts = caches[.serviceAccounts]
        configMaps = caches[.configMaps]
    }

    /// The controller, watching what it needs.
    func makeController(time: any TimeSource) -> Controller {
        let controller = Controller("namespace-controller", time: time) { try await reconcile($0) }
        controller.watch(namespaces)
        let addNamespace: @Sendable (KubeObject) -> [ObjectKey] = { object in
            let isOurs = [NamespaceController.accountName, NamespaceController.configMapName].contains(object.name)
            return isOurs ? object.namespace.map { [ObjectKey(name: $0)] } ?? [] : []
        }
        controller.watch(accounts, addNamespace)
        controller.watch(configMaps, addNamespace)
        return controller
    }

    func reconcile(_ key: ObjectKey) async throws -> Next {
        guard let namespace = namespaces.get(key) else { return .settled }
        if namespace.isTerminating { return try await empty(namespace) }
        try await furnish(namespace)
        return .settled
    }

    private func furnish(_ namespace: KubeObject) async throws(APIStatus) {
        let account = KubeObject(
            .serviceAccounts,
            kind: "ServiceAccount",
            namespace: namespace.name,
            name: NamespaceController.accountName
        )
        if accounts.get(account.key) == nil { try await create(account, in: .serviceAccounts) }
        let wanted = makeConfigMap(namespace)
        if let present = configMaps.get(wanted.key) {
            guard present["data"] != wanted["data"] else { return }
            _ = try await api.patch(.configMaps, wanted.key, .merge(["data": wanted["data"]]))
        } else {
            try await create(wanted, in: .configMaps)
        }
    }

    private func makeConfigMap(_ namespace: KubeObject) -> KubeObject {
        var map = KubeObject(
            .configMaps,
            kind: "ConfigMap",
            namespace: namespace.name,
            name: NamespaceController.configMapName
        )
        map.annotate(
            "kubernetes.io/description",
            "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as "
                + "the internal service IP or kubernetes.default.svc. No other usage is guaranteed across "
                + "distributions of Kubernetes clusters."
        )
        map["data"] = ["ca.crt": .string(certificateAuthority)]
        return map
    }

    private func create(_ object: KubeObject, in resource: ResourceID) async throws(APIStatus) {
        do throws(APIStatus) {
            _ = try await api.create(resource, object)
        } catch {
            if error.reason != .alreadyExists, !error.isOfTerminatingNamespace { throw error }
        }
    }
}

extension NamespaceController {
    /// Deletes everything in the namespace; when nothing is left, lets it go.
    ///
    /// The API is asked, not the caches: something made a moment before the deletion must not be missed.
    private func empty(_ namespace: KubeObject) async throws -> Next {
        var remaining = 0
        for kind in kinds.all where kind.isNamespaced {
            let items = try await list(kind.resource, in: namespace.name)
            remaining += items.count
            for item in items where !item.isTerminating { try await delete(item, from: kind.resource) }
        }
        guard remaining == 0 else { return .again(after: NamespaceController.patience) }
        var released = namespace
        let left = namespace.spec["finalizers"].strings.filter { $0 != NamespaceController.finalizer }
        released.spec["finalizers"] = left.isEmpty ? .null : JSON(left)
        do throws(APIStatus) {
            _ = try await api.update(.namespaces, released, subresource: "finalize")
        } catch {
            if error.reason != .notFound { throw error }
        }
        return .settled
    }

    private func list(_ resource: ResourceID, in namespace: String) async throws(APIStatus) -> [KubeObject] {
        do throws(APIStatus) {
            return try await api.list(resource, namespace: namespace).items
        } catch {
            // A kind whose definition has just gone took its objects along.
            if error.reason == .notFound { return [] }
            throw error
        }
    }

    private func delete(_ object: KubeObject, from resource: ResourceID) async throws(APIStatus) {
        do throws(APIStatus) {
            try await api.delete(resource, object.key, DeleteOptions(propagation: .background, uid: object.uid))
        } catch {
            if error.reason != .notFound, error.reason != .conflict { throw error }
        }
    }
}
