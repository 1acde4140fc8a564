import Base
import KServeModel
import KubeModel
import TestKit
import Testing

/// Upstream's own renderings, and ours beside them.
@Suite struct TemplateTests {
    private static func golden(_ name: String) throws -> Golden {
        try Golden("templates", name, kept: name, in: .module)
    }

    @Test func domainNamesAreRenderedAlike() throws {
        try Self.golden("domain").check { c throws in
            func render() throws -> String {
                try DomainName.render(
                    c["name"].string ?? "",
                    of: Self.owner(c),
                    domain: c["ingressDomain"].string ?? "",
                    template: c["template"].string ?? ""
                )
            }
            if c["error"].isNull {
                #expect(try render() == c["output"].string)
            } else {
                #expect(throws: TemplateDefect.self) { try render() }
            }
        }
    }

    @Test func pathsAreRenderedAlike() throws {
        try Self.golden("url-path").check { c throws in
            let template = c["template"].string ?? ""
            if c["error"].isNull {
                #expect(try DomainName.renderPath(of: Self.owner(c), template: template) == c["output"].string)
            } else {
                #expect(throws: TemplateDefect.self) {
                    try DomainName.renderPath(of: Self.owner(c), template: template)
                }
            }
        }
    }

    @Test func placeholdersAreFilledAlike() throws {
        try Self.golden("container-placeholders").check { c throws in
            let owner = KubeObject(["metadata": c["metadata"].withoutNulls])
            if c["error"].isNull {
                #expect(try ContainerPlaceholders.fill(c["container"], from: owner) == c["output"])
            } else {
                #expect(throws: TemplateDefect.self) { try ContainerPlaceholders.fill(c["container"], from: owner) }
            }
        }
    }

    private static func owner(_ c: JSON) -> KubeObject {
        var object = KubeObject(.inferenceServices, kind: "InferenceService", name: c["name"].string ?? "")
        object.metadata["namespace"] = c["namespace"]
        object.metadata["labels"] = c["labels"]
        object.metadata["annotations"] = c["annotations"]
        return object
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
