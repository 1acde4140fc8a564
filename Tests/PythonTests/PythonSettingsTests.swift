import Base
import Python
import Testing

struct PythonSettingsTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        var named: String?
        var environment: [String: String] = [:]
        var programs: Set<String> = []
        let found: String?
    }

    @Test func pathsOfModelsBeginAtTheRoot() {
        #expect(ForeignModel(.pickle, at: "/a/b.pkl").path == "/a/b.pkl")
        let path = ForeignModel(.pickle, at: "a/b.pkl").path
        #expect(path.hasPrefix("/") && path.hasSuffix("/a/b.pkl"))
    }

    @Test(arguments: [
        Case(testDescription: "PATH", environment: ["PATH": "/a:/b"], programs: ["/b/python3"], found: "/b/python3"),
        Case(
            testDescription: "a virtual environment first",
            environment: ["PATH": "/b", "VIRTUAL_ENV": "/v"],
            programs: ["/b/python3", "/v/bin/python"],
            found: "/v/bin/python"
        ),
        Case(
            testDescription: "a virtual environment that is gone",
            environment: ["PATH": "/b", "VIRTUAL_ENV": "/v"],
            programs: ["/b/python3"],
            found: "/b/python3"
        ),
        Case(testDescription: "a path", named: "/x/python", programs: ["/x/python"], found: "/x/python"),
        Case(
            testDescription: "a name",
            named: "python3.9",
            environment: ["PATH": "/b"],
            programs: ["/b/python3.9", "/b/python3"],
            found: "/b/python3.9"
        ),
        Case(testDescription: "a path without a program", named: "/x/python", programs: ["/b/python3"], found: nil),
        Case(testDescription: "nothing", environment: ["PATH": "/b"], found: nil),
    ])
    func finds(_ c: Case) throws {
        let found = try? PythonSettings.find(named: c.named, environment: c.environment) { c.programs.contains($0) }
        #expect(found == c.found)
    }
}
