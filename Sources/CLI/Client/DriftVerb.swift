import Base
import Drift
import KServeModel
import KubeClient
import KubeModel
import Statistics

extension Command {
    static let drift = Command(
        "drift",
        "[NAME]",
        summary: "whether what a service is asked has drifted from its reference",
        details: """
              roost drift iris                                      a table of the columns, and the verdict in plain words
              roost drift iris --feature x0 --png drift.png         a picture of the two distributions
              roost drift iris --feature x0 --svg drift.svg
              roost drift iris -o json                              the status of the DriftMonitor
              roost drift --reference old.csv --current new.csv     two files compared, without a service

            NAME is a DriftMonitor, or what one is about. Files are CSV with names in the first line, or JSON lines; --config
            is a DriftMonitor whose tests, thresholds and correction hold for them.
            """,
        flags: ClientSession.flags + [
            Flag("output", short: "o", "FORMAT", "table or json (default table)"),
            Flag("feature", "NAME", "the column of the picture (default: the first that has drifted)"),
            Flag("png", "FILE", "writes a picture of the two distributions"),
            Flag("svg", "FILE", "writes it as SVG"),
            Flag("reference", "FILE", "what is held against"),
            Flag("current", "FILE", "what is looked at"),
            Flag("config", short: "f", "FILE", "how files are compared: a DriftMonitor's YAML"),
        ],
        run: { invocation in
            let object = try await DriftQuestion(invocation).answer()
            let report = DriftReport(object)
            switch invocation["output"] ?? "table" {
            case "table":
                Output.write(TableText.align(report.table) + "\n" + report.sentences.joined(separator: "\n") + "\n")
            case "json": Output.write(object.status.pretty() + "\n")
            case let other: throw Misuse("--output is table or json, was \"\(other)\"")
            }
            try writePictures(invocation, report, object)
        }
    )

    private static func writePictures(_ invocation: Invocation, _ report: DriftReport, _ object: KubeObject) throws {
        guard invocation["png"] != nil || invocation["svg"] != nil else { return }
        let features = object.status["features"].array ?? []
        let drifted = features.first { $0["drifted"].bool == true } ?? features.first
        guard let name = invocation["feature"] ?? drifted?["name"].string else {
            throw Failure("no window of \(object.name) is done yet: there is nothing to draw")
        }
        guard let distributions = report.distributions(of: name) else {
            throw Failure("\(object.name) has no column \"\(name)\", it has \(report.columns.joined(separator: ", "))")
        }
        let picture = DistributionPicture(distributions)
        if let path = invocation["svg"] { try Files.write(picture.svg, to: path) }
        if let path = invocation["png"] { try Files.write(picture.png, to: path) }
    }
}

/// What `roost drift` is asked: a monitor of an API, or two files.
private struct DriftQuestion {
    private let invocation: Invocation

    init(_ invocation: Invocation) { self.invocation = invocation }

    func answer() async throws -> KubeObject {
        if let reference = invocation["reference"], let current = invocation["current"] {
            guard invocation.arguments.isEmpty else { throw Misuse("a NAME or two files, not both") }
            return try compare(reference, current)
        }
        guard let name = invocation.arguments.first, invocation.arguments.count == 1 else {
            throw Misuse("which DriftMonitor? One name is needed, or --reference and --current")
        }
        return try await monitor(name, ClientSession(invocation))
    }

    /// The monitor of a name, else the only one about an object of that name.
    private func monitor(_ name: String, _ session: ClientSession) async throws -> KubeObject {
        let key = ObjectKey(namespace: session.namespace, name: name)
        if let found = try await session.api.find(.driftMonitors, key) { return found }
        let about = try await session.api.list(.driftMonitors, namespace: session.namespace).items
            .filter { $0.spec["target"]["name"].string == name }
        guard let first = about.first else { throw Failure("there is no DriftMonitor \(name), and none about it") }
        guard about.count == 1 else {
            throw Failure("several DriftMonitors are about \(name): \(about.map(\.name).joined(separator: ", "))")
        }
        return first
    }

    private func compare(_ reference: String, _ current: String) throws -> KubeObject {
        var object = KubeObject(.driftMonitors, kind: "DriftMonitor", namespace: "default", name: "files")
        object.spec = ["target": ["name": .string(current)]]
        if let path = invocation["config"], let config = try YAML.parse(Files.readText(path)).first {
            object.spec = config["spec"]
        }
        let monitor = DriftMonitor(object)
        let (before, now) = (try rows(reference, monitor), try rows(current, monitor))
        do throws(ReferenceFault) {
            object.status = try FileComparison(reference: before, current: now, monitor).status
        } catch {
            throw Failure("\(reference): \(error)")
        }
        return object
    }

    private func rows(_ path: String, _ monitor: DriftMonitor) throws -> LearntRows {
        let text = try Files.readText(path)
        do throws(ReferenceFault) {
            return try ReferenceText.read(text, prediction: monitor.predictionColumn)
        } catch {
            throw Failure("\(path): \(error)")
        }
    }
}
