package import KubeModel

/// The kinds that the API has from the start.
package enum BuiltInKinds {
    /// All kinds, in the order of discovery: the order of groups decides which kind a short name means.
    package static let all: [ResourceType] = core + groups + GatewayKinds.types

    private static let core: [ResourceType] = [
        ConfigMapKind.type, EndpointsKind.type, EventKind.type, SmallKinds.limitRange, NamespaceKind.type,
        NodeKind.type, PersistentVolumeClaimKind.type, PersistentVolumeKind.type, PodKind.type,
        SmallKinds.resourceQuota, SecretKind.type, SmallKinds.serviceAccount, ServiceKind.type,
    ]

    private static let groups: [ResourceType] = [
        DeploymentKind.type, ReplicaSetKind.type, EventsV1Kind.type, AutoscalerKind.type, AutoscalerV1Kind.type,
        JobKind.type, SmallKinds.ingress, StorageClassKind.type, CustomResourceDefinitionKind.type, SmallKinds.lease,
        EndpointSliceKind.type,
    ]
}
