package import Base

/// One value of an instant query, and the labels of its series.
package struct PrometheusSample: Equatable, Sendable {
    package let labels: [String: String]
    /// Finite.
    package let value: Double
    package let at: WallTime

    package init(labels: [String: String], value: Double, at: WallTime) {
        self.labels = labels
        self.value = value
        self.at = at
    }
}

/// Why a query has no answer.
package struct PrometheusFault: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// What Prometheus answers to an instant query.
package enum PrometheusAnswer {
    /// Series of one answer.
    package static let samplesMax = 10_000
    /// Letters of a server's own words that are passed on.
    private static let wordsMax = 300

    /// The samples of an answer; those that are no number (NaN, Inf) say nothing and are left out.
    package static func samples(status: Int, body: [UInt8]) throws(PrometheusFault) -> [PrometheusSample] {
        let json: JSON
        do throws(JSONDefect) {
            json = try JSON.parse(body)
        } catch {
            throw PrometheusFault(status == 200 ? "the answer is no JSON: \(error)" : "the answer has status \(status)")
        }
        guard json["status"].string == "success" else {
            let words = json["error"].string ?? "no result, status \(status)"
            throw PrometheusFault("\(json["errorType"].string ?? "error"): \(words.prefix(wordsMax))")
        }
        let result = json["data"]["result"]
        switch json["data"]["resultType"].string {
        case "scalar": return try sample([:], result).map { [$0] } ?? []
        case "vector":
            guard let series = result.array else { throw PrometheusFault("data.result is no list") }
            guard series.count <= samplesMax else {
                throw PrometheusFault("the query gives \(series.count) series, more than \(samplesMax)")
            }
            var samples: [PrometheusSample] = []
            for one in series {
                if let sample = try sample(one["metric"].stringMap, one["value"]) { samples.append(sample) }
            }
            return samples
        case let other:
            throw PrometheusFault(
                "the query gives a \((other ?? "result without a type").prefix(40)), no instant vector"
            )
        }
    }

    /// `[1435781451.781, "1.5"]`
    private static func sample(_ labels: [String: String], _ pair: JSON) throws(PrometheusFault) -> PrometheusSample? {
        guard let pair = pair.array, pair.count == 2, let seconds = pair[0].double, let text = pair[1].string,
            let value = Double(text)
        else { throw PrometheusFault("data.result has a value that is no pair of a time and a number") }
        guard abs(seconds) < 1e9 * 9 else { throw PrometheusFault("data.result has the time \(seconds)") }
        guard value.isFinite else { return nil }
        return PrometheusSample(labels: labels, value: value, at: WallTime(nanoseconds: Int64(seconds * 1e9)))
    }
}
