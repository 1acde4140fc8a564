package import Base
package import KubeModel

/// A Revision, read by name.
package struct Revision: Sendable {
    /// What a route makes of a revision.
    package enum RoutingState: String, Sendable {
        /// Not looked at yet.
        case pending
        /// A route leads to it.
        case active
        /// No route leads to it any more.
        case reserve
    }

    package let object: KubeObject

    package init(_ object: KubeObject) { self.object = object }

    package var name: String { object.name }
    package var namespace: String { object.namespace ?? "" }
    /// Name of its Deployment.
    package var deploymentName: String { ChildName.of(name, "-deployment") }
    package var configuration: String? { object.labels[ServingLabel.configuration] }
    package var service: String? { object.labels[ServingLabel.service] }
    /// The generation of the Configuration that made it.
    package var configurationGeneration: Int? {
        object.labels[ServingLabel.configurationGeneration].flatMap { Int($0) }
    }
    /// Nil where nobody has said anything.
    package var routingState: RoutingState? {
        object.labels[ServingLabel.routingState].flatMap { RoutingState(rawValue: $0) }
    }
    /// When a route last led to it, or stopped to.
    package var lastActive: WallTime? {
        object.annotations[ServingAnnotation.routingStateModified].flatMap { WallTime(rfc3339: $0) }
            ?? object.creationTime
    }
    /// Requests that one replica takes at a time; 0 for any number.
    package var containerConcurrency: Int { object.spec["containerConcurrency"].int ?? 0 }
    package var timeoutSeconds: Int { object.spec["timeoutSeconds"].int ?? KnativeDefaults().timeoutSeconds }

    package var isReady: Bool { isObserved && condition("Ready")["status"].string == "True" }
    package var hasFailed: Bool { condition("Ready")["status"].string == "False" }

    /// The condition of a type, null where there is none.
    package func condition(_ type: String) -> JSON { Conditions(object.status["conditions"])[type] }

    private var isObserved: Bool { object.status["observedGeneration"].int == object.generation }
}

extension Revision {
    /// The port that servers listen on unless they say another.
    package static let userPort = 8080

    /// The container that takes the requests: the only one, or the one with a port.
    package var servingContainer: JSON {
        let containers = object.spec["containers"].array ?? []
        return Revision.servingIndex(containers).map { containers[$0] } ?? .null
    }

    /// Which of a pod's containers takes the requests.
    static func servingIndex(_ containers: [JSON]) -> Int? {
        containers.count == 1 ? 0 : containers.firstIndex { $0["ports"].array?.isEmpty == false }
    }

    /// The port of the serving container.
    package var port: Int {
        let port = servingContainer["ports"][0]["containerPort"].int ?? 0
        return port == 0 ? Revision.userPort : port
    }

    /// Whether the server speaks HTTP/2 without TLS: its port is called `h2c`.
    package var speaksHTTP2: Bool { servingContainer["ports"][0]["name"].string == "h2c" }
}
