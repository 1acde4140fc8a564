import Base
import KubeModel
import Scaling
import TestKit
import Testing

/// What the gateway counts, as Knative's queue-proxy counts it.
@Suite struct LoadTests {
    private static let iris = ObjectKey(namespace: "default", name: "iris-predictor")

    private static func at(_ milliseconds: Int) -> Instant { Instant(nanoseconds: Int64(milliseconds) * 1_000_000) }

    @Test func averagesAreThoseOfTheQueueProxy() throws {
        try Golden("kpa", "request-stats").replay { item in
            var all = RequestStats(start: Self.at(0))
            var proxied = RequestStats(start: Self.at(0))
            for (index, entry) in (item["ops"].array ?? []).enumerated() {
                let step = entry.array ?? []
                let (operation, time) = (step[0].string ?? "", Self.at(step[1].int ?? 0))
                proxied.advance(to: time)
                switch operation {
                case "in", "proxiedIn": all.begin(at: time)
                case "out", "proxiedOut": all.end(at: time)
                default: break
                }
                switch operation {
                case "proxiedIn": proxied.begin(at: time)
                case "proxiedOut": proxied.end(at: time)
                case "report":
                    let (got, part) = (all.report(at: time), proxied.report(at: time))
                    let differs =
                        difference("average at step \(index)", got.averageConcurrency, step[2].double)
                        ?? difference("proxied average at step \(index)", part.averageConcurrency, step[3].double)
                        ?? difference("requests at step \(index)", got.requests, step[4].int)
                        ?? difference("proxied requests at step \(index)", part.requests, step[5].int)
                    if let differs { return differs }
                default: break
                }
            }
            return nil
        }
    }

    @Test func metersOfAllThreadsAreOneReport() {
        let board = LoadBoard()
        #expect(board.report(at: Self.at(1000)).isEmpty)
        let meters = [board.meter(for: Self.iris), board.meter(for: Self.iris)]
        meters[0].begin(at: Self.at(2000))
        meters[1].begin(at: Self.at(2500))
        meters[1].end(at: Self.at(3000))
        let first = LoadReport(averageConcurrency: 0.75, requestRate: 1, inFlight: 1)
        #expect(board.report(at: Self.at(3000)) == [Self.iris: first])
        let second = LoadReport(averageConcurrency: 1, requestRate: 0, inFlight: 1)
        #expect(board.report(at: Self.at(5000)) == [Self.iris: second])
        withExtendedLifetime(meters) {}
    }

    @Test func servicesWithoutAMeterAreAbsent() {
        let board = LoadBoard()
        var meter: LoadMeter? = board.meter(for: Self.iris)
        #expect(board.report(at: Self.at(1)) == [Self.iris: LoadReport()])
        withExtendedLifetime(meter) {}
        meter = nil
        #expect(board.report(at: Self.at(2)).isEmpty)
    }

    @Test func anArrivalIsToldAtOnce() async {
        let board = LoadBoard()
        let meter = board.meter(for: Self.iris)
        meter.arrivedAtNone()
        for await service in board.arrivals {
            #expect(service == Self.iris)
            break
        }
    }
}
