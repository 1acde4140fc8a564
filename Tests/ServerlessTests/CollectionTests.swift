import Base
import KubeModel
import Serverless
import Testing

@Suite struct CollectionTests {
    /// Revisions r00, r01 …, each an hour younger than the one before, the first `age` hours old.
    private func revisions(_ count: Int, age: Int, state: String = "reserve") throws -> [KubeObject] {
        try (0..<count).map { index in
            let time = WallTime(seconds: now.seconds - Int64((age - index) * 3600)).rfc3339
            var revision = try knative(
                "Revision",
                "r\(index / 10)\(index % 10)",
                labels: [ServingLabel.routingState: state],
                annotations: [ServingAnnotation.routingStateModified: time]
            )
            revision.metadata["creationTimestamp"] = .string(time)
            return revision
        }
    }

    private func collect(
        _ revisions: [KubeObject],
        latest: String = "",
        _ change: (inout CollectionPolicy) -> Void = { _ in }
    )
        throws -> [String]
    {
        var policy = CollectionPolicy()
        change(&policy)
        let configuration = try knative("Configuration", "web", "status: {latestReadyRevisionName: \"\(latest)\"}")
        return RevisionCollection(policy).collect(revisions, of: configuration, now: now)
    }

    @Test func oldRevisionsBeyondTheLeastNumberGo() throws {
        #expect(try collect(revisions(20, age: 1000)) == [])
        #expect(try collect(revisions(23, age: 1000)) == ["r00", "r01", "r02"])
        // Created within 48 hours.
        #expect(try collect(revisions(23, age: 47)) == [])
        #expect(try collect(revisions(23, age: 49)) == ["r00", "r01"])
    }

    @Test func whatIsHeldStays() throws {
        #expect(try collect(revisions(30, age: 1000, state: "active")) == [])
        #expect(try collect(revisions(30, age: 1000, state: "pending")) == [])
        #expect(try collect(revisions(23, age: 1000), latest: "r00") == ["r01", "r02"])
        var kept = try revisions(23, age: 1000)
        kept[0].metadata["annotations"][ServingAnnotation.preserved] = "true"
        #expect(try collect(kept) == ["r01", "r02"])
    }

    @Test func youngRevisionsGoBeyondTheGreatestNumber() throws {
        let young = try revisions(5, age: 5)
        func limit(_ policy: inout CollectionPolicy) { (policy.inactiveMin, policy.inactiveMax) = (0, 3) }
        #expect(try collect(young, limit) == ["r00", "r01"])
        #expect(
            try collect(young) { policy in
                limit(&policy)
                (policy.inactiveMax, policy.retainSinceCreated, policy.retainSinceActive) = (nil, nil, nil)
            } == []
        )
    }
}
