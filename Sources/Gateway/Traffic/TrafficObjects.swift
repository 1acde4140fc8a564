import Base
package import KubeModel

/// The objects that traffic depends on, as they are at one moment.
package struct TrafficObjects: Sendable {
    package let classes: [KubeObject]
    package let gateways: [KubeObject]
    package let routes: [KubeObject]
    package let services: [KubeObject]
    package let slices: [KubeObject]
    package let podAutoscalers: [KubeObject]

    package init(
        classes: [KubeObject] = [],
        gateways: [KubeObject] = [],
        routes: [KubeObject] = [],
        services: [KubeObject] = [],
        slices: [KubeObject] = [],
        podAutoscalers: [KubeObject] = []
    ) {
        self.classes = classes
        self.gateways = gateways
        self.routes = routes
        self.services = services
        self.slices = slices
        self.podAutoscalers = podAutoscalers
    }

    /// The Gateways of classes that are carried out here.
    var servedGateways: [KubeObject] {
        let served = Set(classes.filter(RouteStatus.serves(class:)).map(\.name))
        return gateways.filter { served.contains($0.spec["gatewayClassName"].string ?? "") }
    }
}
