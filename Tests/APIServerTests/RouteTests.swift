import APIServer
import KubeModel
import Testing

struct RouteTests {
    @Test(arguments: [
        ("/", Route.index), ("/version/", .version), ("/api", .coreVersions), ("/apis/", .groups),
        ("/readyz", .health("readyz")), ("/livez/ping", .health("ping")), ("/apis/apps", .group("apps")),
        ("/api/v1", .resources(group: "", version: "v1")), ("/apis/apps/v1", .resources(group: "apps", version: "v1")),
        ("/openapi/v2", .openAPIv2), ("/openapi/v3", .openAPIv3Index),
        ("/openapi/v3/api/v1", .openAPIv3(group: "", version: "v1")),
        ("/openapi/v3/apis/apps/v1", .openAPIv3(group: "apps", version: "v1")),
        ("/api/v1/pods", .collection(.pods, namespace: nil)),
        ("/api/v1/namespaces", .collection(.namespaces, namespace: nil)),
        ("/api/v1/namespaces/x", .object(.namespaces, ObjectKey(name: "x"), subresource: nil)),
        ("/api/v1/namespaces/x/status", .object(.namespaces, ObjectKey(name: "x"), subresource: "status")),
        ("/api/v1/namespaces/x/finalize", .object(.namespaces, ObjectKey(name: "x"), subresource: "finalize")),
        ("/api/v1/namespaces/x/pods", .collection(.pods, namespace: "x")),
        ("/api/v1/namespaces/x/pods/p", .object(.pods, ObjectKey(namespace: "x", name: "p"), subresource: nil)),
        ("/api/v1/namespaces/x/pods/p/log", .object(.pods, ObjectKey(namespace: "x", name: "p"), subresource: "log")),
        ("/apis/apps/v1/namespaces/x/deployments", .collection(.deployments, namespace: "x")),
        ("/api/v1/nodes/n/status", .object(.nodes, ObjectKey(name: "n"), subresource: "status")),
        ("/api/v1/namespaces/x/pods/p/proxy/deeper", .unknown), ("/nope", .unknown),
        ("/prometheus/targets/pod", .targets(.pod)), ("/prometheus/targets/node", .unknown), ("/openapi", .unknown),
    ])
    func readsPaths(_ path: String, _ route: Route) { #expect(Route(path: path) == route) }

    private static let table = "application/json;as=Table;v=v1;g=meta.k8s.io"

    @Test(arguments: [
        (nil, AnswerForm.object), ("", .object), ("application/json", .object), ("*/*", .object),
        ("application/vnd.kubernetes.protobuf,application/json", .object),
        ("application/vnd.kubernetes.protobuf, */*", .object),
        ("\(table),application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json", .table(.metadata)),
        ("application/json, \(table)", .object),
        ("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1", .metadataOnly),
        (
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json",
            .discovery(version: "v2")
        ),
        ("application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList", .discovery(version: "v2beta1")),
    ])
    func choosesForms(_ accept: String?, _ form: AnswerForm) throws {
        #expect(try AnswerForm(accept: accept, included: nil) == form)
    }

    @Test func refusesUnknownForms() throws {
        let refused = #expect(throws: APIStatus.self) { try AnswerForm(accept: "text/html", included: nil) }
        #expect(refused?.code == 406)
        #expect(try AnswerForm(accept: RouteTests.table, included: "None") == .table(.none))
    }
}
