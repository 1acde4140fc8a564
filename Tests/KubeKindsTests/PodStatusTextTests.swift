import Base
import KubeKinds
import KubeModel
import Testing

@Suite struct PodStatusTextTests {
    /// The words of a recorded `kubectl get pods`, with pods of the states that it was recorded in.
    @Test func cellsAreTheRecordedOnes() throws {
        let type = try kind(atPath: "/api/v1/pods")
        let now = try #require(WallTime(rfc3339: "2026-11-21T01:00:00Z"))
        for line in try Golden.lines("pods") {
            let cells = type.row(KubeObject(line["pod"]), now)
            #expect(.array(Array(cells[1...3])) == line["cells"], "\(line["name"].text)")
        }
    }

    @Test func endedPodsAreMarked() throws {
        let type = try kind(atPath: "/api/v1/pods")
        let condition = type.rowConditions(KubeObject(["status": ["phase": "Failed"]]))
        #expect(
            condition == [["type": "Completed", "status": "True", "reason": "Failed", "message": "The pod failed."]]
        )
        #expect(type.rowConditions(KubeObject(["status": ["phase": "Running"]])) == [])
    }
}
