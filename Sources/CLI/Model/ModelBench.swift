import Base
import Models
import Prediction

extension Command {
    static let modelBench = Command(
        "model bench",
        "FILE|FOLDER",
        summary: "how long a model takes to answer, without a server around it",
        details: """
            Loads a model as model-server does and asks it again and again for the rows of a version 1 request, in one
            thread. Prints rows per second, and microseconds per call and per row.

              roost model bench model.joblib --data rows.json
              roost model bench model.json --data rows.json --rows 1,1000 --seconds 0.2 -o json
            """,
        flags: [
            Flag("data", short: "f", "FILE", "the request: {\"instances\": [...]}"),
            Flag("rows", "N,N…", "rows of a call: the request's, repeated or cut; default all of them as they are"),
            Flag("seconds", "SECONDS", "for how long each number of rows is asked (default 1)"),
            Flag("method", "METHOD", "what is asked: predict (default), predict_proba or transform"),
            Flag("output", short: "o", "FORM", "table (default) or json"),
        ],
        run: { invocation in
            let options = try ModelBenchOptions(invocation)
            let model = try options.load()
            let timer = ModelTimer(model: model, time: SystemTime(), duration: options.duration)
            let request = try BenchRequest(Files.read(options.data), name: options.data)
            let counts = options.rows.isEmpty ? [request.rows.count] : options.rows
            let figures = try counts.map { try timer.measure(request.body(rows: $0)) }
            Output.write(options.isJSON ? BenchText.json(figures) : BenchText.table(figures))
        }
    )
}

/// What `model bench` is asked.
private struct ModelBenchOptions {
    /// Rows that one call may have.
    private static let rowsMax = 1_000_000
    private static let methods = ["predict", "predict_proba", "transform"]

    let path: String
    let data: String
    let rows: [Int]
    let duration: Duration
    let method: String
    let isJSON: Bool

    init(_ invocation: Invocation) throws(Misuse) {
        guard let path = invocation.arguments.first, invocation.arguments.count == 1 else {
            throw Misuse("one file or folder is expected")
        }
        guard let data = invocation["data"] else { throw Misuse("--data names the rows, it is needed") }
        let seconds = invocation["seconds"] ?? "1"
        guard let duration = Double(seconds), (0.001...3600).contains(duration) else {
            throw Misuse("--seconds must be a number from 0.001 to 3600, was \"\(seconds)\"")
        }
        self.path = path
        self.data = data
        self.duration = .seconds(duration)
        rows = try ModelBenchOptions.counts(invocation["rows"])
        method = invocation["method"] ?? "predict"
        guard ModelBenchOptions.methods.contains(method) else {
            throw Misuse("--method is predict, predict_proba or transform, was \"\(method)\"")
        }
        let form = invocation["output"] ?? "table"
        guard ["table", "json"].contains(form) else { throw Misuse("--output is table or json, was \"\(form)\"") }
        isJSON = form == "json"
    }

    private static func counts(_ text: String?) throws(Misuse) -> [Int] {
        var counts: [Int] = []
        for word in text?.split(separator: ",", omittingEmptySubsequences: false) ?? [] {
            guard let count = Int(word), (1...rowsMax).contains(count) else {
                throw Misuse("--rows are numbers from 1 to \(rowsMax), were \"\(text ?? "")\"")
            }
            counts.append(count)
        }
        return counts
    }

    func load() throws(ModelDefect) -> Model {
        let options = Model.Options(
            wantsProbabilities: method == "predict_proba",
            wantsTransformed: method == "transform"
        )
        return try Files.isDirectory(path)
            ? Model.load(folder: path, options: options) : Model.load(file: path, options: options)
    }
}

/// The rows of a request, of which requests of any number of rows are made.
package struct BenchRequest {
    let rows: [JSON]

    /// The rows of a request body, read from a file of that name.
    package init(_ bytes: [UInt8], name: String) throws {
        guard let rows = try JSON.parse(bytes)["instances"].array, !rows.isEmpty else {
            throw Failure("\(name) has no rows, expected is {\"instances\": [...]}")
        }
        self.rows = rows
    }

    /// The body of a request of so many rows: the first ones, again from the start where there are not enough.
    package func body(rows count: Int) -> [UInt8] {
        let repeated = (0..<count).map { rows[$0 % rows.count] }
        return Array(JSON.object(["instances": .array(repeated)]).text.utf8)
    }
}

/// Figures for people and for programs.
enum BenchText {
    static func table(_ figures: [ModelTimer.Figures]) -> String {
        let head = ["ROWS", "CALL P50 µs", "P90", "P99", "µs/ROW", "ROWS/s"]
        return TableText.align(
            [head]
                + figures.map { figure in
                    let times = [figure.median, figure.ninetieth, figure.ninetyNinth, figure.microsecondsPerRow]
                    return ["\(figure.rows)"] + times.map(rounded) + ["\(Int(figure.rowsPerSecond))"]
                }
        )
    }

    static func json(_ figures: [ModelTimer.Figures]) -> String {
        let lines = figures.map { figure in
            JSON.object([
                "rows": .int(Int64(figure.rows)), "p50": .double(figure.median), "p90": .double(figure.ninetieth),
                "p99": .double(figure.ninetyNinth), "rowsPerSecond": .double(figure.rowsPerSecond),
            ])
        }
        return JSON.array(lines).pretty() + "\n"
    }

    /// Three digits behind the point.
    private static func rounded(_ microseconds: Double) -> String { "\((microseconds * 1000).rounded() / 1000)" }
}
