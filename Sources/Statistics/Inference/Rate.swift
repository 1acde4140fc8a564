/// Successes among trials.
package struct Rate: Equatable, Sendable {
    package var successes: Int
    package var trials: Int

    /// Counts from elsewhere are brought into order: trials are not negative, successes between 0 and trials.
    package init(_ successes: Int, of trials: Int) {
        self.trials = max(0, trials)
        self.successes = min(max(0, successes), self.trials)
    }

    package var failures: Int { trials - successes }

    /// The share of successes; nil without trials.
    package var estimate: Double? { trials == 0 ? nil : Double(successes) / Double(trials) }

    /// Wilson's score interval (1927), for one look at a number of trials that was set before.
    package func wilson(confidence: Double) -> Interval {
        guard let estimate else { return Interval(0, 1) }
        let n = Double(trials)
        let z = Normal().quantile((1 + confidence) / 2)
        let middle = (estimate + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (estimate * (1 - estimate) / n + z * z / (4 * n * n)).squareRoot()
        return Interval(
            successes == 0 ? 0 : max(0, middle - half),
            failures == 0 ? 1 : min(1, middle + half)
        )
    }

    /// Clopper and Pearson's interval (1934) from quantiles of the beta distribution; also for one look.
    package func exact(confidence: Double) -> Interval {
        let tail = (1 - confidence) / 2
        let (s, f) = (Double(successes), Double(failures))
        return Interval(
            successes == 0 ? 0 : Beta(s, f + 1).quantile(tail),
            failures == 0 ? 1 : Beta(s + 1, f).quantile(1 - tail)
        )
    }

    /// What is believed of the rate after these trials where all rates were alike before.
    package var posterior: Beta { Beta(Double(successes) + 1, Double(failures) + 1) }

    package static func + (left: Rate, right: Rate) -> Rate {
        Rate(left.successes + right.successes, of: left.trials + right.trials)
    }
}
