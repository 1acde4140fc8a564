import Base
import CLinux
import KubeModel
import Scaling
import Simulation

/// What `simulate` is asked.
struct SimulateOptions {
    let plan: SimulationPlan
    let title: String
    let top: Int
    let chart: String?
    let threads: Int

    init(_ invocation: Invocation) throws {
        guard invocation.arguments.isEmpty else { throw Misuse("no words are expected besides flags") }
        let traffic = try SimulateOptions.traffic(invocation)
        let documents = try invocation["config"].map { try YAML.parse(Files.read($0)) } ?? []
        let config = try SimulatedConfig(documents)
        plan = SimulationPlan(
            traffic,
            scaling: config.scaling,
            containerConcurrency: config.containerConcurrency,
            places: try invocation.integer("places", in: 1...10_000) ?? 1,
            service: (
                try SimulateOptions.time(invocation, "service-time") ?? .milliseconds(50),
                try SimulateOptions.share(invocation, "spread") ?? 0.5
            ),
            coldStart: (try SimulateOptions.time(invocation, "cold-start") ?? .seconds(1), 0.2),
            timeout: try SimulateOptions.time(invocation, "timeout") ?? .seconds(60),
            queueMax: try invocation.integer("queue", in: 0...10_000_000) ?? 10_000
        )
        let load = invocation["trace"] ?? invocation["pattern"] ?? ""
        title = "\(config.name), \(load), \(traffic.services.count) services, \(Int(traffic.duration.seconds / 60)) min"
        top = try invocation.integer("top", in: 0...100_000) ?? 10
        chart = invocation["chart"]
        threads = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }

    private static func traffic(_ invocation: Invocation) throws -> Traffic {
        let seed = UInt64(try invocation.integer("seed", in: 0...Int.max) ?? 1)
        switch (invocation["trace"], invocation["pattern"]) {
        case (let path?, nil):
            let span = try time(invocation, "span") ?? .seconds(60)
            guard span >= .seconds(1) else { throw Misuse("--span must be 1s at least") }
            do {
                return try Traffic(trace: Files.readText(path), span: span, seed: seed)
            } catch let fault as TraceFault {
                throw Failure("\(path), \(fault)")
            }
        case (nil, let name?):
            guard let shape = LoadPattern.Shape(rawValue: name) else {
                let names = LoadPattern.Shape.allCases.map(\.rawValue).joined(separator: ", ")
                throw Misuse("--pattern must be one of \(names), was \"\(name)\"")
            }
            let requests = try invocation.integer("requests", in: 0...100_000_000_000) ?? 1_000_000
            let duration = try time(invocation, "duration") ?? .seconds(86_400)
            guard duration <= Traffic.Limits.duration, duration >= .seconds(1) else {
                throw Misuse("--duration must be from 1s to 9600h")
            }
            return Traffic(
                pattern: LoadPattern(shape, requests: Double(requests), seed: seed),
                services: try invocation.integer("services", in: 1...Traffic.Limits.services) ?? 1,
                duration: duration,
                seed: seed
            )
        default: throw Misuse("one of --trace and --pattern is needed")
        }
    }

    /// A time as Kubernetes writes it: `80ms`, `1h30m`.
    private static func time(_ invocation: Invocation, _ name: String) throws(Misuse) -> Duration? {
        guard let text = invocation[name] else { return nil }
        guard let time = try? Duration(kubernetes: text), time > .zero else {
            throw Misuse("--\(name) must be a time such as 80ms or 2s, was \"\(text)\"")
        }
        return time
    }

    private static func share(_ invocation: Invocation, _ name: String) throws(Misuse) -> Double? {
        guard let text = invocation[name] else { return nil }
        guard let share = Double(text), (0...10).contains(share) else {
            throw Misuse("--\(name) must be a number from 0 to 10, was \"\(text)\"")
        }
        return share
    }
}
