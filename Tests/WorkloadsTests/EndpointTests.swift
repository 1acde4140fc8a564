import Base
import KubeModel
import Testing
import Workloads

private func makeService(_ ports: JSON = [["port": 80, "targetPort": 8080]]) -> KubeObject {
    var service = KubeObject(.services, kind: "Service", namespace: "default", name: "web")
    service.metadata["uid"] = "s"
    service.spec = ["selector": ["app": "web"], "ports": ports, "clusterIP": "10.0.0.7"]
    return service
}

private func serving(_ name: String, _ address: String, ready: Bool = true, port: Int = 8080) -> KubeObject {
    makePod(name, ready: ready).with {
        $0.status["podIP"] = .string(address)
        $0.spec["containers"] = [["name": "c", "ports": [["name": "http", "containerPort": .int(Int64(port))]]]]
    }
}

struct EndpointTests {
    /// Name, then ready, serving and terminating of each endpoint.
    private func conditions(_ slices: [KubeObject]) -> [String: [Bool]] {
        var found: [String: [Bool]] = [:]
        for endpoint in slices.flatMap({ $0["endpoints"].array ?? [] }) {
            let flags = ["ready", "serving", "terminating"].compactMap { endpoint["conditions"][$0].bool }
            found[endpoint["targetRef"]["name"].string ?? ""] = flags
        }
        return found
    }

    private let pods = [
        serving("ready", "10.1.0.1"),
        serving("unready", "10.1.0.2", ready: false),
        terminating(serving("going", "10.1.0.3")),
        makePod("no-address"),
        makePod("done", phase: "Succeeded").with { $0.status["podIP"] = "10.1.0.4" },
        serving("other", "10.1.0.5").with { $0.metadata["labels"] = ["app": "else"] },
    ]

    @Test func terminatingPodsLeaveAtOnce() {
        let plan = EndpointPlan(makeService(), pods: pods)
        #expect(
            conditions(plan.slices) == [
                "ready": [true, true, false], "unready": [false, false, false], "going": [false, true, true],
            ]
        )
        let subset = plan.endpoints["subsets"][0]
        #expect(subset["addresses"].array?.compactMap { $0["ip"].string } == ["10.1.0.1"])
        #expect(subset["notReadyAddresses"].array?.compactMap { $0["ip"].string } == ["10.1.0.2"])
    }

    @Test func notReadyAddressesArePublishedWhereAsked() {
        let service = makeService().with { $0.spec["publishNotReadyAddresses"] = true }
        let found = conditions(EndpointPlan(service, pods: pods).slices)
        #expect(found["unready"] == [true, false, false] && found["going"] == [true, true, true])
    }

    struct PortCase: CustomTestStringConvertible {
        let testDescription: String
        let port: JSON
        let number: Int?

        init(_ words: String, _ port: JSON, _ number: Int?) {
            testDescription = words
            self.port = port
            self.number = number
        }
    }

    @Test(arguments: [
        PortCase("by number", ["port": 80, "targetPort": 9000], 9000),
        PortCase("the port itself", ["port": 80], 80),
        PortCase("by name", ["port": 80, "targetPort": "http"], 8080),
        PortCase("a number as text", ["port": 80, "targetPort": "9001"], 9001),
        PortCase("a name that no container has", ["port": 80, "targetPort": "grpc"], nil),
        PortCase("a name of another protocol", ["port": 80, "targetPort": "http", "protocol": "UDP"], nil),
    ])
    func targetPortIsFound(_ c: PortCase) {
        #expect(ServicePort.resolve(c.port, on: serving("a", "10.1.0.1"))?["port"].int == c.number)
    }

    @Test func podsWithDifferentNumbersOfOneNameGetSlicesOfTheirOwn() {
        let service = makeService([["name": "web", "port": 80, "targetPort": "http"]])
        let pods = [serving("a", "10.1.0.1", port: 1000), serving("b", "10.1.0.2", port: 2000)]
        let plan = EndpointPlan(service, pods: pods)
        #expect(plan.slices.map { $0["ports"][0]["port"].int } == [1000, 2000])
        #expect(Set(plan.slices.map(\.name)).count == 2)
        #expect(
            EndpointPlan(service, pods: pods.reversed()).slices == plan.slices,
            "names and order do not depend on chance"
        )
    }

    @Test func slicesAreBounded() {
        let pods = (0..<250).map { serving("p\($0 + 1000)", "10.1.\($0 / 250).\($0 % 250)") }
        let counts = EndpointPlan(makeService(), pods: pods).slices.map { $0["endpoints"].array?.count }
        #expect(counts == [100, 100, 50])
    }

    @Test func serviceWithoutPodsHasAnEmptySlice() {
        let plan = EndpointPlan(makeService(), pods: [])
        let full = EndpointPlan(makeService(), pods: [serving("a", "10.1.0.1")])
        #expect(plan.slices.map(\.name) == full.slices.map(\.name), "the same one, whose pods came")
        #expect(plan.slices.count == 1 && plan.slices[0]["endpoints"] == [])
        #expect(plan.endpoints["subsets"].isNull)
        #expect(!EndpointPlan.isManaged(makeService().with { $0.spec["selector"] = .null }))
        let headless = EndpointPlan(makeService().with { $0.spec["clusterIP"] = "None" }, pods: [])
        #expect(headless.slices[0].labels["service.kubernetes.io/headless"] == "")
    }

    @Test func theObjectsHaveTheShapeOfRealOnes() throws {
        let slice = try settled("endpointslices", item: 0)
        let target = slice["endpoints"][0]["targetRef"]
        var service = makeService([["port": 80, "protocol": "TCP"]])
        service.metadata["name"] = "s-cip"
        service.metadata["namespace"] = "gold"
        service.metadata["uid"] = slice.metadata["ownerReferences"][0]["uid"]
        let pod = serving("p-running", "10.1.0.9").with {
            $0.metadata["namespace"] = "gold"
            $0.metadata["uid"] = target["uid"]
        }
        let plan = EndpointPlan(service, pods: [pod])
        let made = try #require(plan.slices.first)
        for member in ["endpoints", "ports", "addressType", "kind", "apiVersion"] {
            #expect(made[member] == slice[member])
        }
        #expect(made.labels == slice.labels && made.metadata["generateName"] == slice.metadata["generateName"])
        #expect(made.metadata["ownerReferences"] == slice.metadata["ownerReferences"])
        let endpoints = try settled("endpoints")
        #expect(plan.endpoints["subsets"] == endpoints["subsets"] && plan.endpoints.labels == endpoints.labels)
    }
}
