import Base
import Simulation

extension Command {
    static let simulate = Command(
        "simulate",
        summary: "what replicas a load would get, and how long its requests would wait",
        details: """
            Plays requests against the autoscaler's own decisions on virtual time. Every request is followed by itself: when
            it comes, how long it waits for a free place, how long it is worked on. The same seed plays the same day.

              roost simulate --pattern diurnal --requests 1000000 --duration 24h --config isvc.yaml --chart day.svg
              roost simulate --trace invocations.csv --service-time 80ms --cold-start 2s

            A trace has a line a service with columns 1, 2, 3 … of requests (spans of --span, a minute unless it says
            otherwise), or columns time (seconds), requests and service. A pattern is steady, diurnal, spikes or bursts;
            the n-th of --services gets a 1/n of what the first gets. The configuration is an InferenceService, a
            PodAutoscaler or a Knative Service, and may be followed by the ConfigMap config-autoscaler.
            """,
        flags: [
            Flag("trace", "FILE", "requests as they were counted"),
            Flag("pattern", "NAME", "requests by a shape: steady, diurnal, spikes or bursts"),
            Flag(
                "config",
                short: "f",
                "FILE",
                "how it scales: the InferenceService's YAML (default: Knative's defaults)"
            ),
            Flag("requests", "N", "requests of all services, with --pattern (default 1000000)"),
            Flag("services", "N", "services, with --pattern (default 1)"),
            Flag("duration", "TIME", "virtual time, with --pattern (default 24h)"),
            Flag("span", "TIME", "length of a span of the trace (default 60s)"),
            Flag("seed", "N", "the seed of chance (default 1)"),
            Flag("service-time", "TIME", "how long a request takes on average (default 50ms)"),
            Flag("spread", "SHARE", "its standard deviation in means (default 0.5)"),
            Flag("cold-start", "TIME", "how long a replica takes to be ready (default 1s)"),
            Flag("places", "N", "requests that a replica works on at a time without containerConcurrency (default 1)"),
            Flag("timeout", "TIME", "how long a request waits at most (default 60s)"),
            Flag("queue", "N", "requests of a service that wait at most (default 10000)"),
            Flag("top", "N", "services that have a line in the table (default 10)"),
            Flag("chart", "FILE", "writes a chart as SVG"),
        ],
        run: { invocation in
            let options = try SimulateOptions(invocation)
            let time = SystemTime()
            let begun = time.monotonic()
            let result = await Simulation(options.plan).run(threads: options.threads)
            Output.write(TableText.align(result.table(most: options.top)))
            if let chart = options.chart { try Files.write(result.chart(title: options.title), to: chart) }
            let took = Int((time.monotonic() - begun).milliseconds)
            Output.write("\(options.title): \(result.requests) requests in \(took) ms, seed \(result.seed)\n", to: 2)
        }
    )
}
