import Base
import Glibc

/// A shape of load over the day, and how it is shared among services: the first most, the n-th a 1/n of that.
package struct LoadPattern: Sendable {
    /// How the rate goes up and down.
    package enum Shape: String, CaseIterable, Sendable {
        /// Always the same.
        case steady
        /// Up by day and down by night.
        case diurnal
        /// Half a minute tenfold about twice an hour, little besides.
        case spikes
        /// Five minutes of load, then nothing for about an hour.
        case bursts
    }

    package let shape: Shape
    /// Requests of all services over the whole time, on average.
    package let requests: Double
    package let seed: UInt64

    package init(_ shape: Shape, requests: Double, seed: UInt64) {
        self.shape = shape
        self.requests = requests
        self.seed = seed
    }

    /// Requests per second of a service at a time.
    func rate(service: Int, of services: Int, at seconds: Double, _ duration: Double) -> Double {
        let share = 1 / Double(service + 1) / harmonic(services)
        return requests * share / duration * level(service, seconds)
    }

    /// How many times its mean the rate is.
    private func level(_ service: Int, _ seconds: Double) -> Double {
        let phase = Double(mixed(service, 0) % 86_400)
        switch shape {
        case .steady: return 1
        case .diurnal: return 1 + 0.8 * sin(2 * .pi * (seconds + phase / 8) / 86_400)
        case .spikes:
            // Of the thirty-second slots of an hour two are spikes.
            let isSpike = mixed(service, Int(seconds / 30) + 1) % 60 == 0
            return (isSpike ? 10 : 1) / 1.15
        case .bursts: return mixed(service, Int((seconds + phase) / 300) + 1) % 12 == 0 ? 12 : 0
        }
    }

    private func mixed(_ service: Int, _ slot: Int) -> UInt64 {
        var chance = SeededGenerator(seed: seed ^ UInt64(service) << 32 ^ UInt64(slot))
        return chance.next()
    }

    /// 1 + 1/2 + … + 1/n.
    private func harmonic(_ count: Int) -> Double {
        let n = Double(max(1, count))
        return count < 64
            ? (1...max(1, count)).reduce(0) { $0 + 1 / Double($1) }
            : log(n) + 0.577_215_664_901_532_9 + 1 / (2 * n) - 1 / (12 * n * n)
    }
}
