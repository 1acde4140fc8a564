import KubeModel

/// ServiceAccounts: who a pod is, and which secrets it may fetch models with.
enum ServiceAccountKind {
    static let type = ResourceType.builtIn(
        .serviceAccounts,
        "ServiceAccount",
        message: "core.ServiceAccount"
    ) { $0.shortNames = ["sa"] }
}
