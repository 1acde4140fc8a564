import Base
import KubeModel
import TestKit
import Testing

@Suite struct SelectorTests {
    @Test func labelSelectorsReadAndMatchAsKubernetesDoes() throws {
        try golden("label-selector-strings").check { c throws in
            try check(c) { try LabelSelector(c["selector"].string ?? "") }
        }
    }

    @Test func selectorFieldsReadAndMatchAsKubernetesDoes() throws {
        try golden("label-selector-objects").check { c throws in
            try check(c) { try LabelSelector(json: c["labelSelector"]) }
        }
    }

    private func check(_ c: JSON, _ read: () throws -> LabelSelector) throws {
        let name = Comment(rawValue: c["id"].text)
        if let error = c["error"].string {
            #expect(throws: APIStatus.badRequest(error), name) { try read() }
            return
        }
        let selector = try read()
        #expect(selector.description == c["canonical"].string, name)
        for pair in c["matches"].array ?? [] {
            #expect(selector.matches(pair[0].stringMap) == pair[1].bool, "\(c["id"].text) \(pair[0].text)")
        }
    }

    @Test func serversAnswerForLabels() throws {
        for c in try recorded("selectors-by-label") {
            if let message = c["message"].string {
                #expect(throws: APIStatus.badRequest(message)) { try LabelSelector(c["labelSelector"].string ?? "") }
            } else {
                #expect(throws: Never.self) { try LabelSelector(c["labelSelector"].string ?? "") }
            }
        }
    }

    @Test func matchLabelsHaveAText() {
        #expect(LabelSelector(matchLabels: ["b": "2", "a": "1"]).description == "a=1,b=2")
    }

    @Test func labelsOfOtherTypesNeverSelectEverything() {
        #expect(throws: APIStatus.self) { try LabelSelector(json: ["matchLabels": ["a": 5]]) }
    }

    @Test func fieldSelectorsReadAndMatchAsKubernetesDoes() throws {
        try golden("field-selectors").check { c throws in
            let name = Comment(rawValue: c["id"].text)
            if let error = c["error"].string {
                #expect(throws: APIStatus.badRequest(error), name) { try FieldSelector(c["selector"].string ?? "") }
                return
            }
            let selector = try FieldSelector(c["selector"].string ?? "")
            #expect(selector.description == c["canonical"].string, name)
            for pair in c["matches"].array ?? [] {
                var object = KubeObject(.emptyObject)
                for (path, value) in pair[0].object ?? [:] {
                    object.json[path: path.split(separator: ".").map(String.init)] = value
                }
                #expect(selector.matches(object) == pair[1].bool, "\(c["id"].text) \(pair[0].text)")
            }
        }
    }

    @Test func fieldSelectorsAskOnlyForFieldsOfTheKind() throws {
        let selector = try FieldSelector("spec.replicas=1")
        let pods = "field label not supported: spec.replicas"
        #expect(throws: APIStatus.badRequest(pods)) { try selector.check(allowed: ["status.phase"]) }
        let others =
            #""spec.replicas" is not a known field selector: only "metadata.name", "metadata.namespace""#
        #expect(throws: APIStatus.badRequest(others)) { try selector.check(allowed: []) }
        #expect(try FieldSelector("metadata.name=a,status.phase!=b").demanded("metadata.name") == "a")
    }
}
