import Base
import Statistics
import Testing

/// Counting arms, and rewards by the id of a request.
struct ArmBoardTests {
    private func remember(_ board: ArmBoard, _ id: String, at meter: ArmMeter, shard: Int = 0) {
        Array(id.utf8).withUnsafeBytes { board.remember($0, of: "default/iris", at: meter, shard: shard) }
    }

    private func reward(
        _ board: ArmBoard,
        _ id: String,
        _ value: Double = 1,
        of experiment: String = "default/iris"
    ) -> ArmBoard.RewardResult {
        Array(id.utf8).withUnsafeBytes { board.reward($0, of: experiment, value) }
    }

    @Test func threadsCountIntoOneTally() throws {
        let board = ArmBoard(shards: 2)
        let meter = board.meter(experiment: "default/iris", arm: "stable")
        #expect(board.meter(experiment: "default/iris", arm: "stable") === meter)
        for number in 0..<10 { meter.count(shard: number % 2, isError: number == 3, milliseconds: Double(number + 1)) }
        let tally = try #require(board.tallies(of: "default/iris")["stable"])
        #expect(tally.errors == Rate(1, of: 10))
        #expect(tally.latencies.mean == 5.5)
        #expect(tally.latencySketch.count == 10)
        board.restart("default/iris")
        #expect(board.tallies(of: "default/iris")["stable"] == ArmTally())
        board.keep([])
        #expect(board.tallies(of: "default/iris").isEmpty)
    }

    @Test func aRewardFindsItsArmOnce() {
        let board = ArmBoard(shards: 2)
        let (old, new) = (
            board.meter(experiment: "default/iris", arm: "old"), board.meter(experiment: "default/iris", arm: "new")
        )
        remember(board, "a", at: old, shard: 0)
        remember(board, "b", at: new, shard: 1)
        #expect(reward(board, "b") == .counted)
        #expect(reward(board, "b") == .repeated)
        #expect(reward(board, "c") == .unknown)
        #expect(reward(board, "a", of: "default/other") == .unknown, "an id counts where its request went")
        #expect(reward(board, "a", 0) == .counted)
        #expect(new.tally.rewardSample == .rate(Rate(1, of: 1)))
        #expect(old.tally.rewardSample == .rate(Rate(0, of: 1)))
        remember(board, "d", at: old)
        #expect(reward(board, "d", 0.5) == .counted)
        #expect(old.tally.rewardSample == .mean(Moments([0, 0.5])))
    }

    @Test func theOldestRequestsAreForgotten() {
        let board = ArmBoard(shards: 1)
        let meter = board.meter(experiment: "default/iris", arm: "stable")
        let limit = 65_536
        for number in 0...limit { remember(board, "\(number)", at: meter) }
        #expect(reward(board, "0") == .unknown)
        #expect(reward(board, "1") == .counted)
        #expect(reward(board, "\(limit)") == .counted)
    }

    @Test func talliesComeBackFromTheirText() throws {
        var tally = ArmTally()
        for number in 1...500 {
            tally.count(isError: number % 7 == 0, milliseconds: Double(number * number) / 11)
            tally.count(reward: Double(number % 3))
        }
        let back = try #require(ArmTally(try JSON.parse(tally.json.text)))
        #expect(back.errors == tally.errors && back.wins == tally.wins)
        #expect(back.latencySketch == tally.latencySketch)
        #expect(back.rewards.count == 500 && back.rewards.mean == tally.rewards.mean)
        expectNear(
            try #require(back.rewards.variance),
            try #require(tally.rewards.variance),
            relative: 1e-14,
            absolute: 0,
            "variance"
        )
        #expect(ArmTally(ArmTally().json) == ArmTally())
    }

    /// Whoever may write the ConfigMap may write anything into it.
    @Test(arguments: [
        #"{"requests":"many"}"#, #"{"latencySketch":{"above":{"first":0,"counts":[-1]}}}"#,
        #"{"latencySketch":{"above":{"first":0,"counts":[9223372036854775807,9223372036854775807]}}}"#,
        #"{"latencySketch":{"above":{"first":-9223372036854775808,"counts":[1]}}}"#,
        #"{"latencySketch":{"zeros":-5}}"#, #"{"latency":{"mean":"none"}}"#, #"{"wins":[1]}"#, #"{"rewards":null}"#,
    ])
    func otherTextIsNone(_ change: String) throws {
        var json = ArmTally().json
        for (name, value) in try JSON.parse(change).object ?? [:] {
            for (inner, value) in value.object ?? [:] { json[path: [name, inner]] = value }
            if value.object == nil { json[name] = value }
        }
        #expect(ArmTally(json) == nil)
    }
}
