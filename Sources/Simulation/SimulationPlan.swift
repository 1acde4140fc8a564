import Base
package import Scaling

/// What is simulated: which requests come, what works on them, and what the autoscaler is told.
package struct SimulationPlan: Sendable {
    package let traffic: Traffic
    let scaling: RevisionScaling
    /// Requests that a replica works on at a time.
    let places: Int
    let service: VaryingTime
    let coldStart: VaryingTime
    /// Nanoseconds that a request waits at most.
    let timeout: Int64
    /// Requests of a service that wait at most.
    let queueMax: Int
    /// Points of the chart, in equal distances.
    let points: Int

    /// - Parameters:
    ///   - containerConcurrency: requests that a replica takes at a time; 0 for any number.
    ///   - places: requests that it works on at a time where it takes any number.
    ///   - service: how long a request takes on average, and its standard deviation in means.
    ///   - coldStart: how long a replica takes to be ready, likewise.
    package init(
        _ traffic: Traffic,
        scaling: RevisionScaling,
        containerConcurrency: Int,
        places: Int,
        service: (mean: Duration, spread: Double),
        coldStart: (mean: Duration, spread: Double),
        timeout: Duration,
        queueMax: Int
    ) {
        self.traffic = traffic
        self.scaling = scaling
        self.places = max(1, containerConcurrency > 0 ? containerConcurrency : places)
        self.service = VaryingTime(mean: service.mean, spread: service.spread)
        self.coldStart = VaryingTime(mean: coldStart.mean, spread: coldStart.spread)
        self.timeout = timeout.nanoseconds
        self.queueMax = queueMax
        points = 288
    }

    /// The point of the chart that a time belongs to.
    func point(_ time: Int64) -> Int {
        let length = max(1, traffic.duration.nanoseconds)
        return min(points - 1, Int(Double(time) / Double(length) * Double(points)))
    }
}
