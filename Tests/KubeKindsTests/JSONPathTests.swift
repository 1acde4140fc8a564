import Base
import KubeKinds
import Testing

@Suite struct JSONPathTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let path: String
        let values: [JSON]
        var testDescription: String { path }

        init(_ path: String, _ values: JSON...) {
            self.path = path
            self.values = values
        }
    }

    static let object: JSON = [
        "metadata": ["labels": ["app.kubernetes.io/name": "x"]],
        "spec": ["containers": [["name": "a", "port": 1], ["name": "b", "port": 2]], "flag": false],
        "status": [
            "conditions": [["type": "Ready", "status": "True"], ["type": "Other", "status": "False"]],
            "traffic": [["latestRevision": true, "percent": 90], ["tag": "prev", "percent": 10]],
        ],
    ]

    @Test(arguments: [
        Case(".status.conditions[?(@.type=='Ready')].status", "True"),
        Case(".status.conditions[?(@.type==\"Other\")].status", "False"),
        Case(".status.conditions[?(@.type == 'None')].status"),
        Case(".status.traffic[?(@.latestRevision==true)].percent", 90),
        Case(".status.traffic[?(@.tag=='prev')].percent", 10),
        Case(".status.traffic[?(@.percent>50)].percent", 90),
        Case(".status.traffic[?(@.tag)].percent", 10),
        Case(".spec.containers[*].name", "a", "b"),
        Case(".spec.containers[0].name", "a"),
        Case(".spec.containers[-1].name", "b"),
        Case(".spec.containers[7].name"),
        Case(".spec.flag", false),
        Case(".metadata.labels['app.kubernetes.io/name']", "x"),
        Case(".metadata.labels.app\\.kubernetes\\.io/name", "x"),
        Case("{.spec.flag}", false),
        Case("$.spec.nothing.more"),
    ])
    func leadsToValues(_ c: Case) throws {
        let path = try #require(JSONPath(c.path))
        #expect(path.values(in: Self.object) == c.values)
    }

    @Test(arguments: [".a[", ".a[?(", ".a[?(@.b==)]", ".a['b]", ".a[x]", "a b", ".a..b"])
    func refuses(_ text: String) { #expect(JSONPath(text) == nil) }
}
