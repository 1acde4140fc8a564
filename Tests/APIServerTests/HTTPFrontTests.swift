import APIServer
import Base
import KubeClient
import KubeModel
import Net
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HTTPFrontTests {
    private static let table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
    private static let configMaps = "/api/v1/namespaces/default/configmaps"

    @Test func onlyTokensOpenTheAPI() async throws {
        try await withServer { server in
            for (path, status) in [("/version", 200), ("/readyz", 500), ("/api/v1/pods", 401), ("/metrics", 401)] {
                let answer = Answer(await server.answer(HTTPRequest(path: path)))
                #expect(answer.status == status, "\(path)")
            }
            let wrong = HTTPRequest(path: "/api", headers: ["authorization": "Bearer secre"])
            #expect(Answer(await server.answer(wrong)).status == 401)
            #expect(await server.ask("GET", "/metrics").text.contains("apiserver_request_total"))
        }
    }

    @Test func formsOfAnObject() async throws {
        try await withServer { server in
            _ = await server.ask("POST", "/api/v1/namespaces", ["metadata": ["name": "default"]])
            _ = await server.ask("POST", Self.configMaps, ["metadata": ["name": "cm"], "data": ["a": "1"]])
            let list = await server.ask("GET", Self.configMaps).json
            #expect(list["kind"] == "ConfigMapList" && list["items"][0]["kind"].isNull)
            let table = await server.ask("GET", Self.configMaps, accept: Self.table).json
            #expect(
                table["kind"] == "Table" && table["rows"][0]["cells"][0] == "cm" && table["rows"][0]["cells"][1] == 1
            )
            #expect(table["rows"][0]["object"]["kind"] == "PartialObjectMetadata")
            let missing = await server.ask("GET", "\(Self.configMaps)/nope", accept: Self.table)
            #expect(missing.status == 404 && missing.json["kind"] == "Status")
            let accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
            let metadata = await server.ask("GET", Self.configMaps, accept: accept).json
            #expect(metadata["kind"] == "PartialObjectMetadataList" && metadata["items"][0]["data"].isNull)
        }
    }

    @Test func discoveryTellsWhatIsServed() async throws {
        try await withServer { server in
            let core = await server.ask("GET", "/api/v1").json
            let names = core["resources"].array?.compactMap { $0["name"].string } ?? []
            #expect(
                Set(["pods", "pods/log", "pods/status", "serviceaccounts/token", "namespaces/finalize"]).isSubset(
                    of: names
                )
            )
            let accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
            let aggregated = await server.ask("GET", "/apis", accept: accept)
            #expect(
                aggregated.headers["content-type"]
                    == "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
            )
            let apps = aggregated.json["items"].array?.first { $0["metadata"]["name"] == "apps" }
            let deployments = apps?["versions"][0]["resources"].array?.first { $0["resource"] == "deployments" }
            #expect(deployments?["scope"] == "Namespaced" && deployments?["shortNames"] == ["deploy"])
            let openAPI = await server.ask("GET", "/openapi/v2")
            #expect(openAPI.headers["content-type"] == "application/com.github.proto-openapi.spec.v2.v1.0+protobuf")
            let index = await server.ask("GET", "/openapi/v3").json
            let url = try #require(index["paths"]["apis/apps/v1"]["serverRelativeURL"].string)
            let document = await server.ask("GET", url).json
            let path = "/apis/apps/v1/namespaces/{namespace}/deployments/{name}"
            #expect(document["paths"][path]["patch"]["x-kubernetes-group-version-kind"]["kind"] == "Deployment")
        }
    }

    @Test func hostileBodiesAreRefused() async throws {
        try await withServer { server in
            _ = await server.ask("POST", "/api/v1/namespaces", ["metadata": ["name": "default"]])
            func post(_ body: String) async -> Int {
                let recorded: JSON = ["method": "POST", "path": .string(Self.configMaps), "body": .string(body)]
                return await server.ask(recorded).status
            }
            #expect(await post(String(repeating: "[", count: 1_000_000)) == 400)
            let deep = String(repeating: "{\"a\":", count: 500) + "1" + String(repeating: "}", count: 500)
            #expect([201, 400, 422].contains(await post(deep)))
            #expect(await post("\u{0}") == 400)
            let watch = "\(Self.configMaps)?watch=1&timeoutSeconds=9223372036854775807"
            #expect(await server.ask("GET", watch).status == 200)
            let delete = "/api/v1/namespaces/default/pods/p?gracePeriodSeconds=9223372036854775807"
            let pod: JSON = [
                "metadata": ["name": "p"],
                "spec": ["nodeName": "n", "containers": [["name": "c", "image": "i"]]],
            ]
            _ = await server.ask("POST", "/api/v1/namespaces/default/pods", pod)
            #expect(await server.ask("DELETE", delete).status == 200)
            let since = "/api/v1/namespaces/default/pods/p/log?sinceTime=9999-12-31T00:00:00Z"
            #expect(await server.ask("GET", since).status == 404, "its node is not there")
        }
    }

    @Test func watchIsALineForEachEvent() async throws {
        try await withLoop { loop in
            try await withRunningServer(loop: loop) { server, address in
                let client = HTTPClient(loop: loop)
                defer { client.close() }
                let headers: HTTPHeaders = ["authorization": "Bearer secret", "host": "api", "accept": Self.table]
                let version = try await server.api.list(.configMaps, namespace: nil).resourceVersion
                let request = HTTPRequest(
                    path: Self.configMaps,
                    query: [("watch", "true"), ("resourceVersion", version), ("timeoutSeconds", "30")],
                    headers: headers
                )
                let (status, answered, body) = try await client.open(request, to: address)
                #expect(status == 200 && answered["content-type"] == "application/json")
                _ = try await server.api.create(.configMaps, .configMap("cm", ["a": "1"]))
                try await server.api.delete(.configMaps, ObjectKey(namespace: "default", name: "cm"))
                var text: [UInt8] = []
                while text.filter({ $0 == 0x0A }).count < 2, let bytes = try await body.read() { text += bytes }
                body.close()
                let lines = try String(decoding: text, as: UTF8.self).split(separator: "\n").map {
                    try JSON.parse(String($0))
                }
                #expect(lines.map { $0["type"] } == ["ADDED", "DELETED"])
                #expect(lines[0]["object"]["columnDefinitions"].array?.first?["name"] == "Name")
                #expect(lines[1]["object"]["columnDefinitions"].isNull)
                #expect(lines.allSatisfy { $0["object"]["rows"][0]["cells"][0] == "cm" })
            }
        }
    }
}
