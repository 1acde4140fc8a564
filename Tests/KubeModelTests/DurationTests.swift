import Base
import KubeModel
import TestKit
import Testing

/// Durations as Kubernetes spells and reads them.
@Suite struct DurationTests {
    @Test func durationsAreReadAndSpeltAsKubernetesDoes() throws {
        try golden("duration").check { item throws in
            let text = item["in"].string ?? ""
            do throws(Duration.SpellingFault) {
                let duration = try Duration(kubernetes: text)
                #expect(item["error"].string == nil, "\(text)")
                #expect(duration.nanoseconds == item["nanoseconds"].int.map(Int64.init), "\(text)")
                #expect(duration.kubernetesSpelling == item["json"].string, "\(text)")
            } catch {
                #expect(error.description == item["error"].string, "\(text)")
            }
        }
    }
}
