import Base
import Experiments
import KubeClient
import KubeModel

extension Command {
    static let ab = Command(
        "ab",
        "NAME",
        summary: "compare the versions of an experiment",
        details: """
              roost ab iris              a table of the versions, and the verdict in plain words
              roost ab iris -o svg       a picture of their intervals
              roost ab iris -o json      the status of the Experiment

            NAME is an Experiment, or what one is about. Intervals and verdict hold however often one looks.
            """,
        flags: ClientSession.flags + [Flag("output", short: "o", "FORMAT", "table, json or svg (default table)")],
        run: { invocation in
            guard let name = invocation.arguments.first, invocation.arguments.count == 1 else {
                throw Misuse("which Experiment? One name is needed")
            }
            let format = invocation["output"] ?? "table"
            let session = try ClientSession(invocation)
            let experiment = try await experiment(name, session)
            let report = ExperimentReport(experiment)
            switch format {
            case "table":
                Output.write(TableText.align(report.table) + "\n" + report.sentences.joined(separator: "\n") + "\n")
            case "json": Output.write(experiment.status.pretty() + "\n")
            case "svg": Output.write(IntervalPicture(report).svg)
            default: throw Misuse("--output is table, json or svg, was \"\(format)\"")
            }
        }
    )

    /// The experiment of a name, else the only one about an object of that name.
    private static func experiment(_ name: String, _ session: ClientSession) async throws -> KubeObject {
        let key = ObjectKey(namespace: session.namespace, name: name)
        if let found = try await session.api.find(.experiments, key) { return found }
        let about = try await session.api.list(.experiments, namespace: session.namespace).items
            .filter { $0.spec["target"]["name"].string == name }
        guard let first = about.first else { throw Failure("there is no Experiment \(name), and none about it") }
        guard about.count == 1 else {
            throw Failure("several Experiments are about \(name): \(about.map(\.name).joined(separator: ", "))")
        }
        return first
    }
}
