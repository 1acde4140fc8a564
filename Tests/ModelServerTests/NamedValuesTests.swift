import Base
import ModelServer
import Net
import Prediction
import Testing

/// Models that answer rows of named values: PMML's, in the form that KServe's PMML server gives them.
@Suite struct NamedValuesTests {
    private static let sunny = #"{"play":"yes","p":0.8,"leaf":2}"#
    private static let cold = #"{"play":"no","p":0.25,"leaf":3}"#
    private static let other = #"{"play":"may \"be\"","p":0.5,"leaf":4}"#

    @Test(arguments: [
        (#"{"instances":[[75,"sunny"],[45,"rain"]]}"#, [sunny, cold]),
        (
            #"{"instances":[[60],[20]]}"#,
            [#"{"play":null,"p":null,"leaf":null}"#, #"{"play":null,"p":null,"leaf":null}"#]
        ),
        (#"{"inputs":[["75.5","rain"],["45","sunny",7]]}"#, []),
        (#"{"instances":[{"outlook":"rain","temperature":60},{"temperature":45.5,"outlook":"rain"}]}"#, [other, cold]),
        (#"{"instances":[{"outlook":["sunny","rain"],"temperature":[1,null]}]}"#, [sunny]),
    ])
    func rowsOfVersionOne(_ body: String, _ answers: [String]) async throws {
        let (status, answer) = try await withModel("weather") { try await $0.predict("weather", body) }
        guard !answers.isEmpty else {
            #expect(status == 400, "\(answer)")
            return
        }
        #expect(status == 200)
        for wanted in answers { #expect(answer.contains(wanted), "\(answer)") }
    }

    @Test func tensorsOfVersionTwo() async throws {
        let rows = #"{"name":"x","shape":[2,2],"datatype":"BYTES","data":["75","sunny","45.0","rain"]}"#
        let frame =
            #"{"name":"temperature","shape":[2],"datatype":"FP64","data":[75,45]},"#
            + #"{"name":"outlook","shape":[2],"datatype":"BYTES","data":["sunny","rain"]}"#
        let wanted =
            #""outputs":[{"name":"play","shape":[2],"datatype":"BYTES","parameters":null,"data":["yes","no"]},"#
            + #"{"name":"p","shape":[2],"datatype":"FP64","parameters":null,"data":[0.8,0.25]},"#
            + #"{"name":"leaf","shape":[2],"datatype":"INT64","parameters":null,"data":[2,3]}]}"#
        try await withModel("weather") { serving in
            for inputs in [rows, frame] {
                let body = #"{"parameters":{"content_type":"\#(inputs == frame ? "pd" : "np")"},"inputs":[\#(inputs)]}"#
                let (status, answer) = try await serving.send("POST", "/v2/models/weather/infer", body)
                #expect(status == 200 && answer.hasSuffix(wanted), "\(answer)")
            }
            let chosen = #"{"inputs":[\#(rows)],"outputs":[{"name":"p"}]}"#
            let (_, answer) = try await serving.send("POST", "/v2/models/weather/infer", chosen)
            #expect(
                answer.hasSuffix(
                    #""outputs":[{"name":"p","shape":[2],"datatype":"FP64","parameters":null,"data":[0.8,0.25]}]}"#
                )
            )
            let none = #"{"inputs":[\#(rows)],"outputs":[{"name":"output-0"}]}"#
            #expect(try await serving.send("POST", "/v2/models/weather/infer", none).status == 400)
            let (_, metadata) = try await serving.send("GET", "/v2/models/weather")
            #expect(metadata.contains(#""outputs":[{"name":"play","datatype":"BYTES","shape":[-1]},"#), "\(metadata)")
        }
    }

    @Test func rawTensorsOfVersionTwo() async throws {
        func raw(_ texts: [String]) -> [UInt8] {
            texts.flatMap { text -> [UInt8] in [UInt8(text.utf8.count), 0, 0, 0] + Array(text.utf8) }
        }
        let cells = raw(["75", "sunny", "45.0", "rain"])
        let json =
            #"{"id":"b","inputs":[{"name":"x","shape":[2,2],"datatype":"BYTES","#
            + #""parameters":{"binary_data_size":\#(cells.count)}}],"parameters":{"binary_data_output":true}}"#
        let head =
            #"{"id":"b","model_name":"weather","model_version":null,"outputs":["#
            + #"{"name":"play","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":13}},"#
            + #"{"name":"p","shape":[2],"datatype":"FP64","parameters":{"binary_data_size":16}},"#
            + #"{"name":"leaf","shape":[2],"datatype":"INT64","parameters":{"binary_data_size":16}}]}"#
        let numbers: [UInt64] = [(0.8).bitPattern, (0.25).bitPattern, 2, 3]
        let columns = numbers.flatMap { number -> [UInt8] in (0..<8).map { UInt8(number >> (8 * $0) & 255) } }
        try await withModel("weather") { serving in
            let answer = try await serving.exchange(
                "/v2/models/weather/infer",
                [
                    "content-type": "application/octet-stream",
                    "inference-header-content-length": String(json.utf8.count),
                ],
                Array(json.utf8) + cells
            )
            #expect(answer.status == 200)
            #expect(
                answer.body == Array(head.utf8) + raw(["yes", "no"]) + columns,
                "\(String(decoding: answer.body, as: UTF8.self))"
            )
        }
    }

    @Test func wholeNumbersBesideOthersAreSpeltAsTheseInRows() {
        let output = Output.frame(columns: [
            OutputColumn(name: "a", type: .int64), OutputColumn(name: "b", type: .float64),
        ])
        var answer = Answer()
        for number in [3.0, 0.5] {
            answer.frame.addColumn()
            answer.frame.append(.number(number), to: answer.frame.columns - 1)
        }
        #expect(json(answer, output) == #"{"a":3.0,"b":0.5}"#)
    }
}
