import Base
import Graph
import Testing

struct PlanTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let nodes: String
        let defect: String
    }

    private static func step(_ more: String) -> String {
        #"{"serviceUrl":"http://a/"\#(more.isEmpty ? "" : ",")\#(more)}"#
    }

    @Test(arguments: [
        Case(
            testDescription: "no root",
            nodes: #"{"a":{"routerType":"Sequence","steps":[]}}"#,
            defect: "the graph has no node called root"
        ),
        Case(
            testDescription: "unknown kind",
            nodes: #"{"root":{"routerType":"Loop","steps":[]}}"#,
            defect: #"node root: routerType "Loop" is none of a router's"#
        ),
        Case(
            testDescription: "no steps",
            nodes: #"{"root":{"routerType":"Ensemble"}}"#,
            defect: "node root: it has no steps"
        ),
        Case(
            testDescription: "unknown node",
            nodes: #"{"root":{"routerType":"Sequence","steps":[{"nodeName":"x"}]}}"#,
            defect: "node root, step 0: there is no node called x"
        ),
        Case(
            testDescription: "no URL",
            nodes: #"{"root":{"routerType":"Sequence","steps":[{"serviceUrl":"ftp://a"}]}}"#,
            defect: #"node root, step 0: serviceUrl "ftp://a" is no URL of http"#
        ),
        Case(
            testDescription: "no weight",
            nodes: #"{"root":{"routerType":"Splitter","steps":[{"serviceUrl":"http://a"}]}}"#,
            defect: "node root, step 0: a splitter's step needs a weight from 0 to 100"
        ),
        Case(
            testDescription: "a ring",
            nodes:
                #"{"root":{"routerType":"Sequence","steps":[{"nodeName":"b"}]},"b":{"routerType":"Switch","steps":[{"nodeName":"c","condition":"x"}]},"c":{"routerType":"Ensemble","steps":[{"nodeName":"b"}]}}"#,
            defect: "the nodes lead back to themselves: b -> c -> b"
        ),
        Case(
            testDescription: "a ring that no request reaches",
            nodes:
                #"{"root":{"routerType":"Sequence","steps":[{"serviceUrl":"http://a"}]},"b":{"routerType":"Sequence","steps":[{"nodeName":"b"}]}}"#,
            defect: "the nodes lead back to themselves: b -> b"
        ),
    ])
    func refuses(_ c: Case) throws {
        let spec: JSON = ["nodes": try JSON.parse(c.nodes)]
        #expect(throws: GraphDefect(c.defect)) { try GraphPlan(spec) }
    }

    /// Ten calls three times over are a thousand; one more is too many.
    @Test func callsOfOneRequestAreBounded() throws {
        func level(_ name: String, _ steps: Int) -> JSON {
            ["routerType": "Ensemble", "steps": .array((0..<steps).map { _ in ["nodeName": .string(name)] })]
        }
        let leaf: JSON = ["routerType": "Sequence", "steps": [["serviceUrl": "http://a"]]]
        var nodes: JSON = ["root": level("b", 10), "b": level("c", 10), "c": level("d", 10), "d": leaf]
        _ = try GraphPlan(["nodes": nodes])
        nodes["d"] = ["routerType": "Sequence", "steps": [["serviceUrl": "http://a"], ["serviceUrl": "http://a"]]]
        #expect(throws: GraphDefect("one request may come to 2000 calls, more than 1000")) {
            try GraphPlan(["nodes": nodes])
        }
        nodes["d"] = [
            "routerType": "Splitter",
            "steps": [
                ["serviceUrl": "http://a", "weight": 50], ["serviceUrl": "http://b", "weight": 50],
            ],
        ]
        _ = try GraphPlan(["nodes": nodes])
    }

    @Test func timeoutsAreUpstreamsUnlessTold() throws {
        let nodes: JSON = ["root": ["routerType": "Sequence", "steps": [["serviceUrl": "http://a"]]]]
        let usual = try GraphPlan(["nodes": nodes]).timeouts
        #expect(usual.read == .seconds(60) && usual.write == .seconds(60) && usual.idle == .seconds(180))
        #expect(usual.step == nil)
        let told = try GraphPlan(["nodes": nodes, "routerTimeouts": ["serverWrite": 5, "serviceClient": 2]]).timeouts
        #expect(told.write == .seconds(5) && told.step == .seconds(2) && told.read == .seconds(60))
    }
}
