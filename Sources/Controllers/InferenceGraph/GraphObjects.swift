import Base
import Graph
import KServeModel
import KubeModel

/// Everything that an InferenceGraph in Standard mode wants of the API, decided from what it says and nothing else.
struct GraphObjects {
    let deployment: KubeObject
    let service: KubeObject
    let autoscaler: (resource: ResourceID, object: KubeObject)
    let route: KubeObject
    /// Between these the autoscaler decides.
    let replicas: ClosedRange<Int>
    /// Where the graph is reached from outside.
    let url: String
    /// Where it is reached from inside.
    let address: String

    init(_ maker: GraphObjectMaker) throws(PlanFault) {
        let (graph, configuration) = (maker.graph, maker.configuration)
        let host: String
        do throws(TemplateDefect) {
            let ingress = configuration.ingress
            host = try DomainName.render(
                graph.name,
                of: graph,
                domain: ingress.domain,
                template: ingress.domainTemplate
            )
        } catch {
            throw PlanFault("InvalidDomain", error.description)
        }
        deployment = maker.deployment
        service = maker.service
        autoscaler = maker.autoscaler
        route = maker.route(host: host)
        replicas = maker.replicas
        url = "\(configuration.ingress.urlScheme)://\(host)"
        address = "http://\(graph.name).\(graph.namespace ?? "").svc.cluster.local"
    }

    /// The Deployment with replicas that the autoscaler would not object to: what runs, within the bounds.
    func deployment(over current: KubeObject?) -> KubeObject {
        var wanted = deployment
        let running = current?.spec["replicas"].int ?? replicas.lowerBound
        wanted.spec["replicas"] = .int(Int64(min(max(running, replicas.lowerBound), replicas.upperBound)))
        return wanted
    }
}
