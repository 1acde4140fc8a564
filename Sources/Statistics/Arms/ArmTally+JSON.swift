package import Base

// A tally as text, for whoever keeps it over a restart. What comes back is brought into order: nothing negative, nothing unbounded.
extension ArmTally {
    /// The tally as text.
    package var json: JSON {
        [
            "requests": .int(Int64(errors.trials)), "errors": .int(Int64(errors.successes)), "latency": latencies.json,
            "latencySketch": latencySketch.json, "rewards": rewards.json,
            "wins": [.int(Int64(wins.successes)), .int(Int64(wins.trials))],
        ]
    }

    /// Reads what `json` wrote; nil where it is something else.
    package init?(_ json: JSON) {
        guard let trials = json["requests"].int, let failed = json["errors"].int,
            let latencies = Moments(json["latency"]),
            let sketch = QuantileSketch(json["latencySketch"]), let rewards = Moments(json["rewards"]),
            let won = json["wins"][0].int, let played = json["wins"][1].int
        else { return nil }
        self.init()
        errors = Rate(failed, of: trials)
        self.latencies = latencies
        latencySketch = sketch
        self.rewards = rewards
        wins = Rate(won, of: played)
    }
}

extension Moments {
    fileprivate var json: JSON {
        ["count": .int(Int64(count)), "mean": .double(mean), "variance": variance.map { .double($0) } ?? .null]
    }

    fileprivate init?(_ json: JSON) {
        guard let count = json["count"].int, let mean = json["mean"].double, mean.isFinite else { return nil }
        let variance = json["variance"].double ?? 0
        guard variance.isFinite else { return nil }
        self.init(count: count, mean: mean, variance: variance)
    }
}
