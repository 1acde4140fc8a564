import Base
package import KubeModel

/// The objects that traffic depends on, as they are at one moment.
package struct TrafficObjects: Sendable {
    package let classes: [KubeObject]
    package let gateways: [KubeObject]
    /// HTTPRoutes.
    package let routes: [KubeObject]
    package let grpcRoutes: [KubeObject]
    package let services: [KubeObject]
    package let slices: [KubeObject]
    package let podAutoscalers: [KubeObject]
    /// ReferenceGrants.
    package let grants: [KubeObject]
    package let secrets: [KubeObject]
    package let namespaces: [KubeObject]
    package let experiments: [KubeObject]

    package init(
        classes: [KubeObject] = [],
        gateways: [KubeObject] = [],
        routes: [KubeObject] = [],
        grpcRoutes: [KubeObject] = [],
        services: [KubeObject] = [],
        slices: [KubeObject] = [],
        podAutoscalers: [KubeObject] = [],
        grants: [KubeObject] = [],
        secrets: [KubeObject] = [],
        namespaces: [KubeObject] = [],
        experiments: [KubeObject] = []
    ) {
        self.classes = classes
        self.gateways = gateways
        self.routes = routes
        self.grpcRoutes = grpcRoutes
        self.services = services
        self.slices = slices
        self.podAutoscalers = podAutoscalers
        self.grants = grants
        self.secrets = secrets
        self.namespaces = namespaces
        self.experiments = experiments
    }

    /// The same but for endpoints and their scaling.
    func with(slices: [KubeObject], podAutoscalers: [KubeObject]) -> TrafficObjects {
        TrafficObjects(
            classes: classes,
            gateways: gateways,
            routes: routes,
            grpcRoutes: grpcRoutes,
            services: services,
            slices: slices,
            podAutoscalers: podAutoscalers,
            grants: grants,
            secrets: secrets,
            namespaces: namespaces,
            experiments: experiments
        )
    }

    /// Routes of all kinds.
    var allRoutes: [KubeObject] { routes + grpcRoutes }

    /// Which routes hang on which listeners.
    var attachments: RouteAttachments {
        RouteAttachments(
            gateways: servedGateways,
            GatewayListener.Surroundings(
                grants: ReferenceGrants(grants),
                secrets: secrets,
                namespaces: namespaces
            )
        )
    }

    /// The Gateways of classes that are carried out here.
    var servedGateways: [KubeObject] {
        let served = Set(classes.filter(RouteStatus.serves(class:)).map(\.name))
        return gateways.filter { served.contains($0.spec["gatewayClassName"].string ?? "") }
    }
}
