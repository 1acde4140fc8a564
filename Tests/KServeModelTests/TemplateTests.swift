import Base
import KServeModel
import KubeModel
import Testing

/// Upstream's own renderings, and ours beside them.
@Suite struct TemplateTests {
    struct Golden: CustomTestStringConvertible, Sendable {
        let json: JSON
        var testDescription: String { "\(json["id"].int ?? -1) \(json["template"].string ?? json["container"].text)" }
        var isError: Bool { !json["error"].isNull }
        var owner: KubeObject {
            var object = KubeObject(.inferenceServices, kind: "InferenceService", name: json["name"].string ?? "")
            object.metadata["namespace"] = json["namespace"]
            object.metadata["labels"] = json["labels"]
            object.metadata["annotations"] = json["annotations"]
            return object
        }
    }

    @Test(arguments: try golden("domain"))
    func domainName(_ c: Golden) throws {
        func render() throws -> String {
            try DomainName.render(
                c.json["name"].string ?? "",
                of: c.owner,
                domain: c.json["ingressDomain"].string ?? "",
                template: c.json["template"].string ?? ""
            )
        }
        if c.isError {
            #expect(throws: TemplateDefect.self) { try render() }
        } else {
            #expect(try render() == c.json["output"].string)
        }
    }

    @Test(arguments: try golden("url-path"))
    func urlPath(_ c: Golden) throws {
        let template = c.json["template"].string ?? ""
        if c.isError {
            #expect(throws: TemplateDefect.self) { try DomainName.renderPath(of: c.owner, template: template) }
        } else {
            #expect(try DomainName.renderPath(of: c.owner, template: template) == c.json["output"].string)
        }
    }

    @Test(arguments: try golden("container-placeholders"))
    func placeholders(_ c: Golden) throws {
        let owner = KubeObject(["metadata": c.json["metadata"].withoutNulls])
        if c.isError {
            #expect(throws: TemplateDefect.self) { try ContainerPlaceholders.fill(c.json["container"], from: owner) }
        } else {
            #expect(try ContainerPlaceholders.fill(c.json["container"], from: owner) == c.json["output"])
        }
    }

    @Test func deepNestingIsRefused() {
        let deep = String(repeating: "{{if .A}}", count: 1000)
        #expect(throws: TemplateDefect.self) { try GoTemplate(deep) }
        let parens = "{{" + String(repeating: "(", count: 1000)
        #expect(throws: TemplateDefect.self) { try GoTemplate(parens) }
    }

    @Test func loopsInLoopsEnd() throws {
        let depth = 12
        let loops = String(repeating: "{{range $.List}}", count: depth) + String(repeating: "{{end}}", count: depth)
        let list = JSON.array(Array(repeating: 1, count: 100))
        #expect(throws: TemplateDefect.self) { try GoTemplate(loops).render(["List": list]) }
    }
}

/// The cases of a file of Fixtures.
func golden(_ name: String) throws -> [TemplateTests.Golden] {
    try fixture("\(name).json").array?.map { TemplateTests.Golden(json: $0) } ?? []
}
