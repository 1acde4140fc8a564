import Base
import KubeModel

/// The series of the conditions that objects of one kind have.
struct ConditionSeries {
    private let prefix: String
    private let label: String
    private let objects: ArraySlice<KubeObject>

    /// - Parameters:
    ///   - prefix: what the names of the series begin with.
    ///   - label: the label with the object's name.
    init(_ prefix: String, label: String, _ objects: [KubeObject]) {
        self.prefix = prefix
        self.label = label
        self.objects = objects.prefix(ClusterState.objectsMax)
    }

    func write(into writer: inout ExpositionWriter) {
        writer.family("\(prefix)_ready", "Whether condition Ready is True.", .gauge)
        for object in objects {
            let isReady = Conditions(object.status["conditions"]).isTrue("Ready")
            writer.sample(object.stateLabels(label), isReady ? 1 : 0)
        }
        writer.family("\(prefix)_status_condition", "1 for the status that a condition has, 0 for the others.", .gauge)
        for object in objects {
            for condition in object.status["conditions"].array ?? [] { write(condition, of: object, &writer) }
        }
    }

    private func write(_ condition: JSON, of object: KubeObject, _ writer: inout ExpositionWriter) {
        guard let type = condition["type"].string, let now = condition["status"].string else { return }
        for status: Conditions.Status in [.true, .false, .unknown] {
            let labels = [("condition", type), ("status", status.rawValue.lowercased())]
            writer.sample(object.stateLabels(label) + labels, now == status.rawValue ? 1 : 0)
        }
    }
}
