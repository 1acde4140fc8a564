import Base
import MetricsServer
import Testing

@Suite struct PrometheusAnswerTests {
    private func samples(_ body: String, status: Int = 200) throws(PrometheusFault) -> [PrometheusSample] {
        try PrometheusAnswer.samples(status: status, body: Array(body.utf8))
    }

    private func result(_ type: String, _ result: String) -> String {
        #"{"status":"success","data":{"resultType":"\#(type)","result":\#(result)}}"#
    }

    @Test func vectorsAndScalarsAreRead() throws {
        let pair = #"{"metric":{"pod":"a"},"value":[1435781451.5,"1.25"]}"#
        let nothing = #"{"metric":{"pod":"b"},"value":[1435781451,"NaN"]},{"metric":{},"value":[1,"+Inf"]}"#
        let at = WallTime(nanoseconds: 1_435_781_451_500_000_000)
        let first = PrometheusSample(labels: ["pod": "a"], value: 1.25, at: at)
        #expect(try samples(result("vector", "[\(pair),\(nothing)]")) == [first])
        #expect(try samples(result("vector", "[]")).isEmpty)
        let scalar = PrometheusSample(labels: [:], value: -3, at: WallTime(seconds: 7))
        #expect(try samples(result("scalar", #"[7,"-3"]"#)) == [scalar])
    }

    @Test(arguments: [
        ("", 200, "the answer is no JSON"), ("<html>", 502, "the answer has status 502"),
        (#"{"status":"error","errorType":"bad_data","error":"parse error"}"#, 400, "bad_data: parse error"),
        ("{}", 200, "error: no result, status 200"), (#"{"status":"success"}"#, 200, "result without a type"),
        (#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#, 200, "gives a matrix, no instant vector"),
        (#"{"status":"success","data":{"resultType":"vector","result":{}}}"#, 200, "data.result is no list"),
        (#"{"status":"success","data":{"resultType":"vector","result":[{"value":[1]}]}}"#, 200, "no pair"),
        (#"{"status":"success","data":{"resultType":"vector","result":[{"value":[1e300,"1"]}]}}"#, 200, "the time"),
        (#"{"status":"success","data":{"resultType":"scalar","result":[1,"many"]}}"#, 200, "no pair"),
    ])
    func otherAnswersAreFaults(_ body: String, _ status: Int, _ words: String) {
        #expect { try samples(body, status: status) } throws: { "\($0)".contains(words) }
    }

    @Test func theNumberOfSeriesIsBounded() throws {
        let one = #"{"metric":{},"value":[1,"1"]}"#
        func list(_ count: Int) -> String { "[\(Array(repeating: one, count: count).joined(separator: ","))]" }
        #expect(try samples(result("vector", list(PrometheusAnswer.samplesMax))).count == PrometheusAnswer.samplesMax)
        #expect(throws: PrometheusFault.self) {
            try samples(result("vector", list(PrometheusAnswer.samplesMax + 1)))
        }
    }
}
