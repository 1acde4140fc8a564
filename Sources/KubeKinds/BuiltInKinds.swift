package import KubeModel

/// The kinds that the API has from the start.
package enum BuiltInKinds {
    /// All kinds, in the order of discovery: the order of groups decides which kind a short name means.
    package static let all: [ResourceType] = core + groups + GatewayKinds.types

    private static let core: [ResourceType] = [
        ConfigMapKind.type, EndpointsKind.type, EventKind.type, QuotaKinds.limitRange, NamespaceKind.type,
        NodeKind.type, PersistentVolumeClaimKind.type, PersistentVolumeKind.type, PodKind.type,
        QuotaKinds.resourceQuota, SecretKind.type, ServiceAccountKind.type, ServiceKind.type,
    ]

    private static let groups: [ResourceType] = [
        DeploymentKind.type, ReplicaSetKind.type, EventsV1Kind.type, AutoscalerKind.type, AutoscalerV1Kind.type,
        JobKind.type, IngressKind.type, StorageClassKind.type, CustomResourceDefinitionKind.type, LeaseKind.type,
        EndpointSliceKind.type,
    ]
}
